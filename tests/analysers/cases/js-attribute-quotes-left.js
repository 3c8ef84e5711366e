const a = '<a title="' + text.replace(/[<>]/g, "") + '">'; // hit
const b = '<a title="' + text.replace(/[<>"]/g, "") + '">'; // ok
const c = "<b>" + text.replace(/[<>]/g, "") + "</b>"; // ok
