"""The fields of a ledger, and the headers under which others write them."""

from __future__ import annotations

from registry.interchange.rules.fields import IGNORED, Fields, Kind, named
from registry.words import N_

_NOT = (
    r"(?!.*(?:分类|类别|合同|发票|凭证|供应商|供货|单据|批次|class|category|order|po\b|"
)
_NOT += r"supplier|invoice|serial|model|phone|部件|附件|人员|职工|工号|原资产|旧))"
_THING = (
    r"(?:固定资产|资产|设备|仪器|物品|财产|器材|家具|物资|教具|产品|台账|实物|卡片)"
)

IDENTITY = (
    named(
        "asset_number",
        N_("资产编号"),
        "资产编号|资产编码|资产号|资产代码|固定资产编号|固定资产编码|固定资产号|"
        "国有资产编号|国资编号|财产编号|财产号|设备编号|设备编码|设备号|仪器编号|"
        "仪器设备编号|仪器设备号|物品编号|物资编号|物资编码|家具编号|器材编号|"
        "资产卡片编号|资产卡片号|卡片编号|卡片编码|卡片号|资产标签号|资产条码|"
        "资产条形码|统一编号|管理编号|校内编号|校编号|本单位编号|单位资产编号|"
        "asset tag|asset number|asset no|asset id|asset code|asset tag number|"
        "fixed asset number|fixed asset no|fixed asset id|"
        "inventory number|inventory no|inventory id|inventory code|inventory tag|"
        "tag number|tag no|tag id|equipment id|equipment number|equipment no|"
        "property number|property tag|property no|control number|asset|tag|"
        "编号|编码|号码|代码|item number|item no|item id|item code|number|id|code|"
        "条形码|条码|条码号|barcode|bar code|标签号|标签编号|no",
        _NOT + f"(?:.*{_THING}.*(?:编号|编码|代码|号)|.*(?:asset|inventory|tag|"
        "property|equipment).*(?:tag|number|num|no|id|code))$",
        Kind.CODE,
    ),
    named(
        "sub_number",
        N_("分号"),
        "分号|子编号|子号|分编号|附号|批内序号|批内编号|分序号|sub number|sub no|"
        "sub num|subnumber|batch index|unit index",
        "",
        Kind.WHOLE,
    ),
    named(
        "code",
        N_("标签码"),
        "标签码|标签编码|标签编号|标签号|二维码|条形码|条码|条码号|条形码号|label code|"
        "label|barcode|bar code|qr code|qr",
        ".*(?:二维码|标签).*(?:码|号)$",
        Kind.CODE,
    ),
    named(
        "name",
        N_("资产名称"),
        "资产名称|固定资产名称|国有资产名称|财产名称|设备名称|仪器设备名称|仪器名称|"
        "物品名称|物资名称|家具名称|器材名称|教具名称|实物名称|产品名称|商品名称|货物名称|"
        "资产品名|设备名|资产名|物品名|品名|名称|物品|资产|设备|"
        "asset name|item name|equipment name|product name|part name|name of asset|"
        "name of item|name|item|title|equipment|article|product|part|item description|"
        "asset description|equipment description|description|asset",
        _NOT + f"(?!.*(?:单位|部门|型号|公司))(?:.*{_THING}.*(?:名称|名)|"
        ".*(?:asset|item|equipment).*name)$",
    ),
    named(
        "serial",
        N_("出厂编号"),
        "出厂编号|序列号|产品序列号|设备序列号|出厂号|出厂序号|机身号|机身编号|机身码|"
        "机器编号|机器号|机号|设备序号|主机编号|serial|serial number|serial no|"
        "serial num|serialnumber|sn|s n|service tag|manufacturer serial number|"
        "unique identifier",
        ".*(?:序列号|出厂.*号|机身.*号|serial)",
        Kind.CODE,
    ),
)

DESCRIPTION = (
    named(
        "class_code",
        N_("分类代码"),
        "分类代码|分类编码|分类编号|分类号|资产分类代码|资产分类编码|资产分类编号|"
        "资产分类号|国标分类代码|国标分类编码|国标分类号|国标代码|国标编码|国标码|国标号|"
        "分类代号|类别代码|类别编码|类别编号|类别号|资产类别代码|资产类别编码|资产类代码|"
        "财政部分类代码|教育部分类号|教育分类号|资产大类代码|classification code|"
        "class code|category code|category no|category id|class no|class id|"
        "classification no|classification number|gb code|commodity code",
        ".*(?:分类|类别|国标|classification|category).*(?:代码|编码|编号|代号|号|码|code)$",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "class_name",
        N_("分类名称"),
        "分类名称|资产分类名称|资产分类|资产类别|资产类别名称|资产类型|资产大类|国标分类|"
        "国标分类名称|国标名称|教育分类名称|类别名称|分类|类别|大类|资产种类|种类|类型|"
        "设备类别|设备分类|classification|class name|category name|category|"
        "asset category|asset class|asset type|class|item category|"
        "equipment type|equipment category|type|group",
        ".*(?:分类|类别|category|classification)(?:名称|name)?$",
    ),
    named(
        "brand",
        N_("品牌"),
        "品牌|厂牌|商标|牌号|品牌名称|设备品牌|生产厂家|生产厂商|制造商|制造厂商|制造厂家|"
        "厂家|厂商|生产商|生产企业|生产单位|brand|brand name|make|manufacturer|"
        "manufacturer name|maker|manufactured by|producer",
        ".*(?:品牌|厂家|厂商|manufacturer|brand)",
    ),
    named(
        "model",
        N_("型号"),
        "型号|规格型号|型号规格|规格及型号|规格与型号|规格和型号|品牌型号|品牌规格型号|"
        "型号及规格|规格型号配置|设备型号|产品型号|资产型号|商品型号|机型|model number|"
        "model no|model num|modelno|model name|model|make model|make and model|"
        "product number|part number|asset model|product model|model specification|"
        "model spec",
        ".*(?:型号|model)(?!.*(?:notes|说明|year))",
    ),
    named(
        "specification",
        N_("规格"),
        "规格|技术规格|规格参数|技术参数|配置|主要参数|主要规格|规格说明|规格描述|参数|"
        "配置说明|配置参数|型号说明|specification|specifications|spec|specs|"
        "configuration|config|model notes|technical specification|size|features|"
        "description of specification",
        ".*(?:规格|参数|配置|specification)",
    ),
    named(
        "unit",
        N_("计量单位"),
        "计量单位|数量单位|计数单位|单位|计量|unit|unit of measure|uom|measure unit|"
        "measurement unit|units|unit of measurement",
        ".*计量单位",
    ),
)

WORTH = (
    named(
        "quantity",
        N_("数量"),
        "数量|资产数量|数目|件数|台件数|台套数|台数|台件|个数|实有数|实有数量|账面数量|"
        "账面数|账存数量|库存数量|在册数量|总数量|quantity|qty|count|number of items|"
        "number of units|no of units|no of items|pcs|pieces|amount of items|"
        "total quantity|units count",
        "(?!.*(?:盘点|实盘|盘亏|盘盈|领用|报废|已|附件|配件)).*(?:数量|台件|台套|quantity|qty)",
        Kind.WHOLE,
    ),
    named(
        "unit_price",
        N_("单价"),
        "单价|资产单价|购置单价|采购单价|含税单价|单价金额|单位价格|单位价值|单件原值|"
        "单台原值|购买单价|unit price|unit cost|unit value|price each|cost each|"
        "each|均价|paid|price paid|amount paid|"
        "price per unit|cost per unit|purchase unit price|purchase price|purchase cost|"
        "buying price|price|cost|value each|价格|购置价格|购买价格|采购价格|价钱",
        "(?!.*(?:总|净|不含税|market|current|total)).*(?:单价|unit.*(?:price|cost)|"
        "(?:purchase|buying).*(?:price|cost))",
        Kind.MONEY,
    ),
    named(
        "cost",
        N_("原值"),
        "原值|资产原值|固定资产原值|账面原值|原值合计|资产原价|原价|入账原值|购置原值|"
        "原始价值|资产价值|购置价值|购置金额|购置总价|资产金额|总价|总价值|总价款|总金额|"
        "总值|合计金额|入账价值|入账金额|价值|金额|价税合计|账面价值|账面金额|"
        "original cost|original value|historical cost|initial cost|total cost|"
        "total price|total value|total amount|acquisition cost|acquisition value|"
        "extended cost|extended price|amount|value|valuation|worth|acq cost|"
        "book value|asset value|asset cost|"
        "purchase value|line total|total",
        "(?!.*(?:净|折旧|残|减值|单价|附件|配件|current|net|depreciat|salvage|residual)).*"
        "(?:原值|总价|总额|总值|金额|original.*(?:cost|value)|acq.*"
        "(?:cost|value)|total.*(?:cost|value|price))",
        Kind.MONEY,
    ),
    named(
        "acquired_on",
        N_("取得日期"),
        "取得日期|取得时间|购置日期|购置时间|购买日期|购买时间|购入日期|购入时间|购进日期|"
        "购进时间|购置年月|购入年月|购买年月|购置年份|购置日|购入日|采购日期|采购时间|获得日期|获取日期|"
        "增加日期|入库日期|入库时间|验收日期|验收时间|启用日期|启用时间|开始使用日期|"
        "投入使用日期|投入使用时间|使用日期|入账日期|入账时间|财务入账日期|记账日期|"
        "登记日期|登记时间|建账日期|建卡日期|制卡日期|领用日期|领用时间|日期|"
        "acquired on|acquisition date|acq date|purchase time|"
        "date acquired|acquired|acquired date|"
        "purchase date|date purchased|date of purchase|purchased on|purchased|"
        "date of acquisition|bought on|date bought|received on|received date|"
        "bought|date received|in service date|date in service|service date|start date|"
        "startup date|capitalization date|capitalised on|date added|registered on|date",
        "(?!.*(?:报废|处置|截止|到期|保修|质保|盘点|出厂|生产|制造|归还|更新|修改|eol|"
        "warranty|expir|disposal|audit|check|due|end|return|update|modif|retire|next)).*"
        "(?:取得|购|采|入库|入账|验收|启用|登记|增加|使用|acq|purchas|bought|receiv)"
        ".*(?:日期|时间|年月|日|date|on)",
        Kind.DATE,
    ),
    named(
        "method",
        N_("取得方式"),
        "取得方式|增加方式|获取方式|获得方式|购置方式|取得来源|资产来源|资产来源方式|"
        "来源方式|来源|资产取得方式|增加原因|入账方式|变动方式|acquired by|"
        "acquisition method|method of acquisition|acquisition type|how acquired|"
        "acquisition source|method|obtained by|source",
        "(?!.*(?:采购|折旧|价值|使用|depreciat|payment)).*(?:取得|增加|获取|acqui).*"
        "(?:方式|来源|method|type)",
    ),
    named(
        "funding",
        N_("经费来源"),
        "经费来源|资金来源|经费|资金性质|经费科目|经费项目|经费卡号|采购资金来源|"
        "购置资金来源|经费名称|funding|funding source|source of funds|fund source|fund|"
        "funds|fund name|grant|budget|budget code|fund code|funded by",
        ".*(?:经费|资金|funding|grant)",
    ),
)

WHEREABOUTS = (
    named(
        "department",
        N_("使用部门"),
        "使用部门|使用部门名称|使用单位|使用科室|领用部门|领用单位|领用单位名|领用单位名称|使用单位名称|领用科室|使用管理部门|"
        "部门名称|部门|所属部门|所在部门|责任部门|归属部门|保管部门|保管单位|科室|科室名称|"
        "院系|院系名称|学院|系部|处室|年级组|班组|所属单位|所在单位|管理部门|归口管理部门|"
        "资产管理部门|using department|department in use|user department|department|"
        "department name|dept|dept name|owner department|owning department|"
        "responsible department|division|faculty|school department|section|team|"
        "unit in charge|cost center|cost centre",
        "(?!.*(?:代码|编码|编号|code)).*(?:部门|科室|处室|院系|department|dept)",
    ),
    named(
        "department_code",
        N_("部门代码"),
        "部门代码|部门编码|部门编号|使用部门代码|使用部门编码|使用部门编号|使用单位代码|"
        "使用单位编号|单位编号|department code|dept code|department no|department id|"
        "cost center code",
        ".*(?:部门|科室|单位|department|dept).*(?:代码|编码|编号|code|id)$",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "custodian",
        N_("保管人"),
        "保管人|保管人姓名|资产保管人|保管员|保管者|责任人|资产责任人|使用责任人|管理责任人|"
        "保管责任人|责任人姓名|管理人|管理员|资产管理员|负责人|实物管理人|custodian|"
        "custodian name|keeper|asset keeper|responsible|responsible person|"
        "person responsible|person in charge|responsible party|owner|asset owner|"
        "held by|looked after by|kept by|in charge|manager|steward",
        "(?!.*(?:工号|编号|电话|部门|单位|no\\b|number|phone|email)).*(?:保管|责任|管理)"
        ".*(?:人|员|者)(?:姓名)?$|.*(?:custodian|keeper|responsible)",
    ),
    named(
        "custodian_number",
        N_("保管人工号"),
        "保管人工号|保管人编号|保管人代码|责任人工号|责任人编号|保管员工号|管理人工号|"
        "custodian number|custodian no|custodian id|custodian staff number|"
        "custodian username|keeper id|owner id",
        ".*(?:保管|责任|管理)人.*(?:工号|编号|账号)",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "user",
        N_("使用人"),
        "使用人|使用人姓名|用户|使用者|使用者姓名|领用人|领用人姓名|领用者|领取人|实际使用人|"
        "当前使用人|现使用人|资产使用人|领用老师|使用教师|user|user name|used by|"
        "current user|assigned to|assigned user|assignee|assigned|checked out to|"
        "issued to|allocated to|given to|who|who has it|checked out to name|"
        "checked out to full name|full name|alternate username|end user|borrower|"
        "holder|person",
        "(?!.*(?:工号|编号|电话|部门|单位|email|location|department|username)).*"
        "(?:使用|领用|领取).*(?:人|者|员)(?:姓名)?$|.*(?:assigned to|assignedto)",
    ),
    named(
        "user_first_name",
        N_("使用人名"),
        "checked out to first name|user first name|first name|assigned first name",
    ),
    named(
        "user_last_name",
        N_("使用人姓"),
        "checked out to last name|user last name|last name|surname|assigned last name",
    ),
    named(
        "user_number",
        N_("使用人工号"),
        "使用人工号|使用人编号|使用人代码|领用人工号|领用人编号|使用者工号|工号|教工号|"
        "职工号|checked out to username|username|user id|user number|user no|"
        "employee number|employee id|employee no|staff number|staff id|staff no|"
        "user staff number|assigned username",
        ".*(?:使用|领用)人.*(?:工号|编号|账号)",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "place",
        N_("存放地点"),
        "存放地点|存放地|存放位置|存放地址|存放场所|存放处|存放房间|放置地点|放置位置|"
        "使用地点|使用位置|所在地点|所在位置|所处位置|安装地点|安装位置|保管地点|存储地点|"
        "存储位置|存放教室|资产位置|坐落位置|坐落地点|地点|位置|现存放地点|实际存放地点|"
        "库房|仓库|仓库名称|地址|place|location|place kept|location name|"
        "current location|storage location|asset location|physical location|"
        "where kept|kept at|default location|located at|position|area|"
        "place name|full location|where|where is it|room location|room or area",
        "(?!.*(?:代码|编码|原|checked out|checkedout)).*(?:存放|放置|地点|位置|场所|"
        "location)",
    ),
    named("campus", N_("校区"), "校区|校区名称|园区|所在校区|campus|site|site name"),
    named(
        "building",
        N_("楼"),
        "楼|楼栋|楼宇|楼名|大楼|楼宇名称|建筑物|建筑名称|所在楼|所在楼宇|building|"
        "building name|block|bldg",
    ),
    named("floor", N_("楼层"), "楼层|层|所在楼层|层数|floor|level|storey|story"),
    named(
        "room",
        N_("房间"),
        "房间|房间号|房号|所在房间|使用房间|门牌号|房间名称|教室|教室号|"
        "室号|室|功能室|room|room number|room no|room name|classroom|office",
    ),
)

CONDITION = (
    named(
        "status",
        N_("使用状况"),
        "使用状况|使用状态|资产状态|资产使用状况|资产使用状态|资产现状|设备状态|"
        "设备使用状况|使用现状|使用情况|当前状态|当前状况|现状|现状态|现状况|状态|状况|"
        "资产状况|资产使用情况|status|status label|asset status|state|current status|"
        "current state|use status|usage status|usage|lifecycle status|asset state",
        "(?!.*(?:折旧|入账|审核|盘点|同步|depreciat|audit|approval)).*(?:状况|状态|现状|"
        "status)",
    ),
    named(
        "condition",
        N_("新旧程度"),
        "新旧程度|成色|完好程度|完好情况|完好状况|品相|质量状况|技术状况|技术状态|新旧|"
        "新旧成色|condition|physical condition|asset condition|quality|"
        "state of repair|item condition",
        ".*(?:新旧|完好|condition)",
    ),
    named(
        "warranty_until",
        N_("保修截止"),
        "保修截止|保修截止日期|保修截止日|保修到期|保修到期日|保修到期日期|保修期至|"
        "质保到期|质保到期日|质保期至|质保截止日期|保修至|维保到期日期|保修期|质保期|"
        "保修期限|质保期限|保修年限|warranty until|warranty end|warranty end date|"
        "warranty expires|warranty expiry|warranty expiration|"
        "warranty expiration date|warranty expiry date|warranty date|"
        "end of warranty|warranty|warranty months|warranty period",
        ".*(?:保修|质保|维保|warranty)",
    ),
    named(
        "service_life",
        N_("使用年限"),
        "使用年限|预计使用年限|规定使用年限|最低使用年限|折旧年限|使用寿命|使用期限|"
        "预计使用寿命|预计使用期限|年限|service life|useful life|expected life|"
        "useful life years|expected useful life|life|life years|lifespan|"
        "depreciation years|years of service|minimum service life",
        "(?!.*(?:已|剩余|尚可|remaining)).*(?:年限|寿命|useful life|usefullife)",
    ),
    named(
        "note",
        N_("备注"),
        "备注|备注说明|备注信息|附注|备考|说明|其他说明|备注1|note|notes|remark|remarks|"
        "comment|comments|asset notes|memo|additional information|observations",
        ".*(?:备注|remark|comment)",
        Kind.NOTE,
        repeats=False,
    ),
    named(
        IGNORED,
        N_("不导入"),
        "序号|行号|行次|顺序号|流水号|不能导入的原因|不能导入原因|未导入原因|出错的内容|"
        "why not imported|reason not imported|line|line no|line number|row|row no|"
        "row number|seq|sequence|index|no|sl no|sr no|s no",
        ".*不能导入.*",
    ),
)

LEDGER = IDENTITY + DESCRIPTION + WORTH + WHEREABOUTS + CONDITION
"""The fields of a ledger, in the order in which our own sheets show them."""

LEDGER_FIELDS = Fields("ledger", LEDGER, frozenset({"asset_number", "name"}))
