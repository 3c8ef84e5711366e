new BrowserWindow({ webPreferences: { webSecurity: false } }); // hit
new BrowserWindow({ webPreferences: { webSecurity: true } }); // ok
