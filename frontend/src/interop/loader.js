// Loads one of the larger browser libraries when it is first needed. `modules.json` names the hashed files of this build.

let modules;

export async function load(name) {
  modules ??= fetch("/js/modules.json").then((answer) => {
    if (!answer.ok) throw new Error(`modules.json: HTTP ${answer.status}`);
    return answer.json();
  });
  let entry;
  try {
    entry = (await modules)[name];
  } catch (failure) {
    // The next attempt asks again: the server may just have been away.
    modules = undefined;
    throw failure;
  }
  if (entry.style && !document.querySelector(`link[href="/js/${entry.style}"]`)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `/js/${entry.style}`;
    // What is measured before its style is there is measured wrong; without its style it still works.
    await new Promise((done) => {
      link.onload = link.onerror = done;
      document.head.append(link);
    });
  }
  return import(`/js/${entry.script}`);
}
