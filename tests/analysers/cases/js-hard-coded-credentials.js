const pool = mysql.createPool({ user: "shop", password: "Tr0ub4dor" }); // hit
AWS.config.update({ accessKeyId: "AKshop12345", region: "eu-west-1" }); // hit
config.secretAccessKey = "Tr0ub4dor"; // hit
request.get(url).auth("shop", "Tr0ub4dor"); // hit
fetch(url, { headers: { Authorization: "Basic c2hvcDpUcjB1YjRkb3I=" } }); // hit
mysql.createPool({ user: "shop", password: process.env.DB_PASSWORD }); // ok
const labels = { password: "Enter your password" }; // ok
mysql.createPool({ user: "shop", password: "changeme" }); // ok
