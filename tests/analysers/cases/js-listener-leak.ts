window.removeEventListener("resize", () => draw());  // hit
window.removeEventListener("resize", this.draw.bind(this));  // hit
window.removeEventListener("resize", draw);  // ok
