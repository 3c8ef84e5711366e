try { work(); } catch (error /* hit */) {}
try { work(); } catch { /* the cache is optional */ }  // ok
try { work(); } catch (error) { report(error); }  // ok
