function run() {
  try {
    work();
  } finally {
    return 1;  // hit
  }
}

function twin() {
  try {
    return work();  // ok
  } finally {
    close(() => {
      return 1;  // ok
    });
  }
}
