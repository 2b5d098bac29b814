"""The fields of sheets of people, places, departments, classes and item types."""

from __future__ import annotations

from registry.interchange.rules.fields import IGNORED, Fields, Kind, named
from registry.words import N_

_RUNNING = named(
    IGNORED,
    N_("不导入"),
    "序号|行号|行次|顺序号|不能导入的原因|why not imported|reason not imported|"
    "line|line no|row|row no|seq|sequence|index|no|sl no|sr no|s no",
    ".*不能导入.*",
)
_LIFE = "使用年限|最低使用年限|折旧年限|规定使用年限|预计使用年限|年限|使用寿命|"
_LIFE += "service life|useful life|minimum service life|minimum years|years|life"

PEOPLE = (
    named(
        "name",
        N_("姓名"),
        "姓名|名字|教师姓名|教职工姓名|职工姓名|员工姓名|人员姓名|用户姓名|中文姓名|"
        "name|full name|employee name|staff name|display name|person|employee|"
        "teacher|teacher name|user full name|人员|教师|职工|员工",
        "(?!.*(?:部门|单位|first|last|user|拼音|department)).*(?:姓名|fullname)",
        repeats=False,
    ),
    named("first_name", N_("名"), "first name|given name|forename|名", repeats=False),
    named("last_name", N_("姓"), "last name|surname|family name|姓", repeats=False),
    named(
        "staff_number",
        N_("工号"),
        "工号|教工号|职工号|教职工号|员工号|人员编号|教师编号|职工编号|员工编号|"
        "人员代码|职工代码|编号|staff number|staff no|staff id|employee number|"
        "employee no|employee id|employee num|personnel number|payroll number|"
        "badge number|person id|number|id",
        ".*(?:工号|职工号|(?:staff|employee|personnel).*(?:number|no|id))$",
        Kind.CODE,
    ),
    named(
        "department",
        N_("部门"),
        "部门|所属部门|所在部门|部门名称|单位|所属单位|工作部门|任职部门|科室|处室|院系|"
        "年级组|教研组|department|department name|dept|division|faculty|team|"
        "office|unit",
        "(?!.*(?:代码|编码|编号|code)).*(?:部门|科室|处室|department|dept)",
    ),
    named(
        "department_code",
        N_("部门代码"),
        "部门代码|部门编码|部门编号|单位代码|department code|dept code|department id",
        "",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "phone",
        N_("电话"),
        "电话|手机|手机号|手机号码|联系电话|联系方式|移动电话|办公电话|电话号码|联系手机|"
        "phone|mobile|phone number|mobile phone|mobile number|telephone|tel|cell|"
        "cell phone|contact number|extension",
        ".*(?:电话|手机|phone|mobile)",
        Kind.CODE,
    ),
    named(
        "email",
        N_("邮箱"),
        "邮箱|电子邮箱|电子邮件|邮件|邮箱地址|邮件地址|email|e mail|mail|email address",
        ".*(?:邮箱|email)",
        Kind.CODE,
    ),
    named(
        "role",
        N_("角色"),
        "角色|系统角色|权限|岗位角色|资产角色|用户角色|role|roles|permission|permissions|"
        "access|access level",
        ".*(?:角色|role)",
    ),
    named(
        "username",
        N_("用户名"),
        "用户名|登录名|登录账号|账号|帐号|登录帐号|系统账号|登陆名|username|user name|"
        "login|login name|account|account name|sign in name|user id|userid",
        ".*(?:登录|账号|帐号|username|login)",
        Kind.CODE,
    ),
    _RUNNING,
)

PLACES = (
    named("campus", N_("校区"), "校区|校区名称|园区|所在校区|campus|site|site name"),
    named(
        "building",
        N_("楼"),
        "楼|楼栋|楼宇|楼名|大楼|楼宇名称|楼栋名称|建筑物|建筑物名称|建筑名称|建筑|"
        "所在楼宇|所在楼|教学楼|building|building name|block|bldg",
    ),
    named("floor", N_("楼层"), "楼层|层|所在楼层|层号|floor|level|storey|story"),
    named(
        "room",
        N_("房间"),
        "房间|房间号|房号|门牌号|房间名称|教室|教室号|教室名称|室号|室|功能室|功能室名称|"
        "room|room number|room no|room name|classroom|room code",
        repeats=False,
    ),
    named(
        "name",
        N_("地点名称"),
        "地点名称|地点|场所|场所名称|名称|位置|位置名称|存放地点|存放地点名称|place|"
        "place name|location|location name|name|area",
        "(?!.*(?:上级|代码|编码|parent|code)).*(?:地点|场所|location)(?:名称|name)?$",
        repeats=False,
    ),
    named(
        "parent",
        N_("上级地点"),
        "上级地点|上级|上级位置|所属地点|上级名称|父级|父级地点|parent|parent place|"
        "parent location|within|belongs to",
    ),
    named(
        "kind",
        N_("地点类型"),
        "地点类型|类型|类别|场所类型|位置类型|房间类型|kind|type|place type|"
        "location type|kind of place",
    ),
    named(
        "is_store",
        N_("是否仓库"),
        "是否仓库|仓库|库房|是否库房|是否为仓库|is store|store|is warehouse|warehouse|"
        "storage",
    ),
    named(
        "department",
        N_("管理部门"),
        "管理部门|使用部门|所属部门|部门|责任部门|使用单位|department|kept by|"
        "department name|managing department|dept",
        ".*(?:部门|department)",
    ),
    _RUNNING,
)

DEPARTMENTS = (
    named(
        "name",
        N_("部门名称"),
        "部门名称|部门|名称|单位名称|机构名称|科室名称|科室|院系名称|部门全称|组织名称|"
        "department|department name|dept|name|dept name|unit name|organisation unit",
        "(?!.*(?:上级|父|代码|编码|编号|parent|code|id$)).*(?:部门|department)",
        repeats=False,
    ),
    named(
        "code",
        N_("部门代码"),
        "部门代码|部门编码|部门编号|代码|编码|编号|单位代码|机构代码|department code|"
        "dept code|code|department id|id|number|department number",
        ".*(?:部门|单位|机构).*(?:代码|编码|编号)$",
        Kind.CODE,
    ),
    named(
        "parent",
        N_("上级部门"),
        "上级部门|上级部门名称|上级|所属上级|上级单位|上级名称|父级部门|父部门|隶属部门|"
        "所属部门|主管部门|上级机构|parent|parent department|parent name|reports to|"
        "belongs to|parent unit",
        ".*(?:上级|父级|parent)",
    ),
    named(
        "contact",
        N_("联系方式"),
        "联系方式|联系电话|电话|联系人|contact|phone|telephone|contact number",
        repeats=False,
    ),
    _RUNNING,
)

CLASSES = (
    named(
        "code",
        N_("分类代码"),
        "分类代码|分类编码|分类号|分类编号|类别代码|类别编码|国标分类代码|国标代码|国标码|"
        "代码|编码|class code|category code|classification code|code|number|id",
        ".*(?:代码|编码|分类号|code)$",
        Kind.CODE,
    ),
    named(
        "name",
        N_("分类名称"),
        "分类名称|类别名称|资产分类名称|国标分类名称|品目名称|资产名称|名称|分类|类别|"
        "class name|category name|name|classification|class|category|title",
        "(?!.*(?:上级|父|parent)).*(?:名称|name)$",
        repeats=False,
    ),
    named(
        "parent",
        N_("上级分类代码"),
        "上级分类代码|上级代码|上级编码|父级代码|上级分类|上级|父级|parent code|parent|"
        "parent class|parent category",
        ".*(?:上级|父级|parent)",
        Kind.CODE,
        repeats=True,
    ),
    named("service_life", N_("使用年限"), _LIFE, ".*(?:年限|life|years)"),
    named(
        "name_en",
        N_("英文名称"),
        "英文名称|英文名|english name|name in english|name en",
        repeats=False,
    ),
    _RUNNING,
)

ITEM_TYPES = (
    named(
        "name",
        N_("品名"),
        "品名|资产名称|名称|资产品名|设备名称|物品名称|item type|name|item name|item|"
        "asset name|product name|type name",
        repeats=False,
    ),
    named("brand", N_("品牌"), "品牌|厂牌|生产厂家|制造商|brand|make|manufacturer"),
    named(
        "model",
        N_("型号"),
        "型号|规格型号|型号规格|model|model number|model no|model name",
        repeats=False,
    ),
    named(
        "specification",
        N_("规格"),
        "规格|技术参数|参数|配置|specification|specifications|spec|specs",
        repeats=False,
    ),
    named("unit", N_("计量单位"), "计量单位|单位|unit|unit of measure|uom"),
    named(
        "class_code",
        N_("分类代码"),
        "分类代码|分类编码|分类号|国标分类代码|资产分类代码|类别代码|class code|"
        "classification code|category code|class",
        "",
        Kind.CODE,
        repeats=True,
    ),
    named(
        "aliases",
        N_("别名"),
        "别名|俗称|其他名称|又名|同义词|alias|aliases|also called|synonyms|other names",
        repeats=False,
    ),
    named("service_life", N_("使用年限"), _LIFE),
    named(
        "replacement_price",
        N_("重置价"),
        "重置价|重置价格|参考价|参考单价|参考价格|单价|replacement price|price|"
        "reference price|unit price|replacement cost|unit cost",
        ".*(?:重置|参考).*价",
        Kind.MONEY,
    ),
    _RUNNING,
)

PEOPLE_FIELDS = Fields(
    "people",
    PEOPLE,
    frozenset({"name", "first_name", "staff_number"}),
    least=2,
    required=frozenset(),
)
PLACE_FIELDS = Fields(
    "places",
    PLACES,
    frozenset({"name", "room", "building", "campus"}),
    least=2,
    fewest=1,
    required=frozenset(),
)
DEPARTMENT_FIELDS = Fields(
    "departments", DEPARTMENTS, frozenset({"name"}), least=2, fewest=1
)
CLASS_FIELDS = Fields(
    "classes",
    CLASSES,
    frozenset({"code"}),
    least=2,
    required=frozenset({"code", "name"}),
)
ITEM_TYPE_FIELDS = Fields("item_types", ITEM_TYPES, frozenset({"name"}), least=2)
