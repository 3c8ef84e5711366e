libxmljs.parseXml(text, { noent: true });  // hit
libxmljs.parseXml(text, { noent: false });  // ok
libxmljs.parseXml(text);  // ok
