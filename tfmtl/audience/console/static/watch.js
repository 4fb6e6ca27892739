// Shows how far the training is, until it is over.
const watched = document.querySelector("[data-watch]");

async function look() {
  try {
    const answer = await fetch(watched.dataset.watch);
    const state = answer.headers.get("X-State");
    if (answer.ok && state !== "running") {
      location.reload();
      return;
    }
    if (answer.ok) watched.innerHTML = await answer.text();
  } catch {
    // The console may be starting anew; it is asked again.
  }
  setTimeout(look, 700);
}

if (watched) setTimeout(look, 700);
