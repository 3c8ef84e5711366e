window.parent.postMessage(user, "*");  // hit
window.parent.postMessage(user, "https://example.org");  // ok
worker.postMessage(user);  // ok
