// Starts Swagger UI on the document. The token that somebody enters under “Authorize” stays
// in the page: it is gone with a reload.
window.SwaggerUIBundle({
  url: document.getElementById("document").dataset.url,
  dom_id: "#document",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null, // asks no other server
});
