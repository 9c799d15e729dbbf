// Starts Redoc on the document. It tells nobody outside what is read.
import { init } from "./redoc-3.0.1/redoc.standalone.js";

const place = document.getElementById("document");
init(place.dataset.url, { disableTelemetry: true, requiredPropsFirst: true }, place);
