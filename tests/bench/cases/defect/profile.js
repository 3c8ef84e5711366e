export async function showProfile(id, box) {
  const answer = await fetch(`/api/users/${encodeURIComponent(id)}`);
  if (!answer.ok) {
    box.textContent = "This profile can't be shown.";
    return;
  }
  const user = await answer.json();
  box.innerHTML = `<h2>${user.displayName}</h2>`;
}
