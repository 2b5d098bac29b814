/* The service worker of one walk. The server puts KEPT before it: {audit, release, page,
   files}. It keeps that page and the files it is made of, and nothing else: no other page,
   no answer of the API. */
const FILES = `walk-${KEPT.audit}-files-${KEPT.release}`;
const PAGE = `walk-${KEPT.audit}-page`;
const named = (path) => path.replace(/^(.*\/assets\/)[^/]+\//, "$1");
const GONE = [403, 404];

addEventListener("install", (event) => {
  event.waitUntil(
    Promise.all([
      caches.open(FILES).then((cache) => cache.addAll(KEPT.files)),
      refresh().catch(() => null),
    ]).then(() => skipWaiting()),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(`walk-${KEPT.audit}-files-`) && name !== FILES))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === KEPT.page) event.respondWith(page(request));
  else if (pathname.includes("/assets/")) event.respondWith(file(request, pathname));
});

/* The page as it is now; as it was without a network, and where the server has none any
   more, so that what was counted can still be sent. */
async function page(request) {
  let answer = null;
  try {
    answer = await fetch(request);
  } catch {
    answer = null;
  }
  if (answer && answer.ok) {
    const cache = await caches.open(PAGE);
    await cache.put(KEPT.page, answer.clone());
  }
  if (answer && !GONE.includes(answer.status) && answer.status < 500) return answer;
  const kept = await (await caches.open(PAGE)).match(KEPT.page);
  return kept || answer || Response.error();
}

async function refresh() {
  const answer = await fetch(KEPT.page, { redirect: "error" });
  if (answer.ok) await (await caches.open(PAGE)).put(KEPT.page, answer);
}

/* A file of this release, whatever release the page asks for; else from the server. */
async function file(request, pathname) {
  const wanted = named(pathname);
  const address = KEPT.files.find((each) => named(each) === wanted);
  const kept = address && (await (await caches.open(FILES)).match(address));
  return kept || fetch(request);
}
