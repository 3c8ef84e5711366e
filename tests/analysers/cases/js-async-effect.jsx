useEffect(async () => {  // hit
  await load();
}, []);
useEffect(() => {  // ok
  load();
}, []);
