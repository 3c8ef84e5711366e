const token = Math.random().toString(36).slice(2);  // hit
const session = { sessionId: Math.random() };  // hit
const colour = Math.random();  // ok
function createPassword() {
  return Math.random().toString(36);  // hit
}
const apiKey = crypto.randomUUID();  // ok
