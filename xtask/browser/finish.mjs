// What is done to the built frontend, one after the other: Trunk runs the hooks of a stage all at once.
await import("./parts.mjs");
await import("./precompress.mjs");
