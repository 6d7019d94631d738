// A shop's page that talks to `charchat serve`. Put one line where the box is to stand:
//
//   <script src="widget.js" data-server="http://127.0.0.1:8080" data-title="Ask the shop"></script>
//
// The server must know the page's origin: charchat serve -m shop.safetensors --allow-origin https://shop.example
// A visitor's conversation goes on from page to page of one tab: only the last response's id is kept.
(() => {
  "use strict";
  const script = document.currentScript;
  const server = script.dataset.server;
  const make = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };
  const box = make("section", "");
  const heading = make("h2", script.dataset.title || "Ask");
  const talk = make("div", "");
  const form = make("form", "");
  const input = make("input", "");
  const button = make("button", script.dataset.button || "Send");
  heading.id = "charchat-title";
  box.setAttribute("aria-labelledby", heading.id);
  talk.setAttribute("aria-live", "polite");
  input.required = true;
  input.maxLength = 2000;
  input.setAttribute("aria-label", heading.textContent);
  form.append(input, button);
  box.append(heading, talk, form);
  script.after(box);

  async function say(text) {
    const body = { input: text };
    const previous = sessionStorage.getItem("charchat");
    if (previous) body.previous_response_id = previous;
    const answer = await fetch(server + "/v1/responses", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const response = await answer.json();
    if (answer.status === 404 && previous) {
      // The shop deleted the conversation: a new one begins.
      sessionStorage.removeItem("charchat");
      return say(text);
    }
    if (!answer.ok) throw new Error(response.error.message);
    sessionStorage.setItem("charchat", response.id);
    return response.output[0].content[0].text;
  }

  form.onsubmit = async event => {
    event.preventDefault();
    const text = input.value;
    talk.append(make("p", text));
    const reply = make("p", "…");
    talk.append(reply);
    input.value = "";
    button.disabled = true;
    try { reply.textContent = await say(text); } catch (error) { reply.textContent = error.message; }
    button.disabled = false;
    input.focus();
  };
})();
