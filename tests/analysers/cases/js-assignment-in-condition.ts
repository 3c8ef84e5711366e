if (state = "open") run();  // hit
if (state === "open") run();  // ok
if ((match = pattern.exec(text))) run();  // ok
