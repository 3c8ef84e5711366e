const a = new Promise(async (resolve) => {  // hit
  resolve(await load());
});
const b = new Promise((resolve) => setTimeout(resolve, 10));  // ok
