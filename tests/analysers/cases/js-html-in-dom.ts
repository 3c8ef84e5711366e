function show(name: string, box: HTMLElement) {
  box.innerHTML = "<b>" + name + "</b>";  // hit
  box.innerHTML = `<b>${name}</b>`;  // hit
  document.write(location.search);  // hit
  const query = window.location.hash;
  box.outerHTML = query;  // hit
  box.insertAdjacentHTML("beforeend", `<i>${name}</i>`);  // hit
}

function twin(name: string, box: HTMLElement) {
  box.textContent = name;  // ok
  box.innerHTML = "";  // ok
  box.innerHTML = `<b>${escapeHtml(name)}</b>`;  // ok
  box.innerHTML = DOMPurify.sanitize(name);  // ok
}
