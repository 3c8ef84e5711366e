function allowed(url: string, host: string) {
  if (url.includes("trusted.com")) return true;  // hit
  if (url.indexOf("https://trusted.com") === 0) return true;  // hit
  if (url.startsWith("https://trusted.com")) return true;  // hit
  if (host === "trusted.com") return true;  // ok
  if (url.startsWith("https://trusted.com/")) return true;  // ok
  return allowedHosts.includes("trusted.com");  // ok
}
