// Draws the API's description; what is tried from here proves that it comes from us.
const place = document.getElementById("api-docs");
const proof = document.querySelector('meta[name="csrf-token"]').content;
SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  // Folded: drawn all at once, more than 128 operations end after the first few.
  docExpansion: "none",
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = proof;
    return request;
  },
});
