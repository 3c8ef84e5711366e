crypto.generateKeyPairSync("rsa", { modulusLength: 1024 }); // hit
crypto.createDiffieHellman(512); // hit
new NodeRSA({ b: 1024 }); // hit
crypto.generateKeyPairSync("rsa", { modulusLength: 3072 }); // ok
crypto.createDiffieHellman(2048); // ok
