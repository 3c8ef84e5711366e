if (link.startsWith("javascript:")) refuse(); // hit
if (scheme === "javascript") refuse(); // hit
if (link.startsWith("https:")) open(link); // ok
function bad(link) {
  return link.startsWith("javascript:") || link.startsWith("data:") || link.startsWith("vbscript:"); // ok
}
