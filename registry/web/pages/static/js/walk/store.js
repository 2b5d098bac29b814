/* What the phone keeps of walks: lists, records, photos. Records outlive everything but
   thirty days after the server has acknowledged them. */

const NAME = "registry-walk";
const STORES = ["walks", "records", "photos"];
const KEPT = 30 * 24 * 3600 * 1000;

/* Ids are made here before anything is sent; randomUUID is only there under https. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const asked = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

export class Store {
  /* Throws where the browser lets pages keep nothing. */
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("walks", { keyPath: "key" });
      for (const name of ["records", "photos"]) {
        db.createObjectStore(name, { keyPath: "id" }).createIndex("walk", "walk");
      }
    };
    const db = await asked(request);
    db.onversionchange = () => db.close();
    return new Store(db);
  }

  constructor(db) {
    this.db = db;
  }

  /* Runs an action in one transaction; done when it is on the disk. */
  act(action) {
    return new Promise((done, fail) => {
      const transaction = this.db.transaction(STORES, "readwrite", { durability: "strict" });
      let result;
      transaction.oncomplete = () => done(result);
      transaction.onerror = () => fail(transaction.error);
      transaction.onabort = () => fail(transaction.error || new Error("aborted"));
      const stores = Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)]));
      Promise.resolve(action(stores)).then(
        (value) => {
          result = value;
        },
        () => transaction.abort(),
      );
    });
  }

  read(name) {
    return this.db.transaction(name).objectStore(name);
  }

  walk(key) {
    return asked(this.read("walks").get(key));
  }

  /* A change of a walk, made of what is kept now. */
  changeWalk(key, change) {
    return this.act(async ({ walks }) => {
      const walk = (await asked(walks.get(key))) || { key };
      Object.assign(walk, change);
      walks.put(walk);
      return walk;
    });
  }

  recordsOf(walk) {
    return asked(this.read("records").index("walk").getAll(walk));
  }

  photosOf(walk) {
    return asked(this.read("photos").index("walk").getAll(walk));
  }

  keep(records, photo = null) {
    return this.act(({ records: kept, photos }) => {
      for (const record of records) kept.put(record);
      if (photo) photos.put(photo);
    });
  }

  keepPhoto(photo) {
    return this.act(({ photos }) => photos.put(photo));
  }

  /* What other people who used this phone have not sent yet of one audit: [{name, count}]. */
  async waitingOfOthers(me, audit) {
    const all = await asked(this.read("records").getAll());
    const names = new Map();
    for (const { me: owner, walk, name, state } of all) {
      if (owner !== me && walk === `${owner}:${audit}` && state === "waiting") names.set(name, (names.get(name) || 0) + 1);
    }
    return [...names].map(([name, count]) => ({ name, count }));
  }

  /* Drops what was acknowledged thirty days ago, by the server's clock. */
  async dropOld(now) {
    await this.act(async ({ records, photos }) => {
      for (const store of [records, photos]) {
        for (const each of await asked(store.getAll())) {
          if (each.state === "sent" && now - each.acknowledged > KEPT) store.delete(each.id);
        }
      }
    });
  }

  /* Signing out: all lists go, records and photos stay until they are sent. */
  async forget() {
    await this.act(async ({ walks }) => {
      for (const { key, me, walkId } of await asked(walks.getAll())) walks.put({ key, me, walkId });
    });
  }
}
