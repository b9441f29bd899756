// Browsers start no worker for a page that is opened from a disk: there, the script of the search runs in
// a hidden frame instead.
if (location.protocol === 'file:') {
  window.Worker = class {
    constructor(url) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => this.onmessage?.(event);
      this.frame = document.createElement('iframe');
      Object.assign(this.frame, { hidden: true, port: port2 });
      const scripts = ['>self.postMessage = (data) => frameElement.port.postMessage(data)'];
      scripts.push(` src="${url}">`, '>frameElement.port.onmessage = self.onmessage');
      this.frame.srcdoc = scripts.map((script) => `<script${script}</` + 'script>').join('');
      document.body.append(this.frame);
      this.postMessage = (data) => port1.postMessage(data);
    }

    terminate() {
      this.frame.remove();
    }
  };
}
