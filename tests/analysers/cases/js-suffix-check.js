const a = host.indexOf(suffix) === host.length - suffix.length; // hit
const b = host.endsWith(suffix); // ok
const c = host.lastIndexOf(suffix) !== -1 && host.lastIndexOf(suffix) === host.length - suffix.length; // ok
