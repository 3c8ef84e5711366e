try {
  work();
} catch (error) {
  $("#message").html(error); // hit
  box.innerHTML = error.message; // hit
  $("#message").text(error); // ok
  box.textContent = error.message; // ok
}
