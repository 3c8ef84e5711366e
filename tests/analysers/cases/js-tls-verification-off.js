https.request({ host, rejectUnauthorized: false });  // hit
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";  // hit
https.request({ host, rejectUnauthorized: true });  // ok
process.env.NODE_ENV = "0";  // ok
