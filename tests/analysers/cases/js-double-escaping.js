const a = text.replace(/</g, "&lt;").replace(/&/g, "&amp;"); // hit
const b = text.replace(/&amp;/g, "&").replace(/&lt;/g, "<"); // hit
const c = text.replace(/&/g, "&amp;").replace(/</g, "&lt;"); // ok
const d = text.replace(/&lt;/g, "<").replace(/&amp;/g, "&"); // ok
