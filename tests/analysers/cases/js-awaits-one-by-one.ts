async function load(urls: string[]) {
  const pages = [];
  for (const url of urls) {
    pages.push(await get(url));  // hit
  }
  for (const id of urls) {
    const user = await User.findById(id);  // hit
    user.touch();
  }
  for (const url of urls) {
    const page = await fetch(url);  // ok
    if (page.ok) return page;
  }
  for await (const chunk of stream) {
    pages.push(await chunk.text());  // ok
  }
  return Promise.all(urls.map((url) => get(url)));  // ok
}
