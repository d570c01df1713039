// A page of something under way is loaded anew as soon as its JSON twin says that there is more to see.

const place = document.querySelector("[data-under-way]");

async function look() {
  try {
    const twin = await (await fetch(place.dataset.underWay)).json();
    if (twin.steps.length !== Number(place.dataset.steps)) return location.reload();
  } catch { /* the server is away: look again later */ }
  setTimeout(look, 1000);
}

if (place) setTimeout(look, 300);
