/** Hides the parts of Swagger UI that are of no use to staff, such as their token within a command. */
export const STYLE = `
.swagger-ui .topbar, .swagger-ui .info hgroup .link { display: none }
.swagger-ui .curl-command, .swagger-ui .request-url { display: none }
.swagger-ui .servers-title, .swagger-ui .servers { display: none }
.swagger-ui textarea.body-param__text { min-height: 130px; height: 180px }
.swagger-ui .info { margin: 30px 0 10px }
.swagger-ui .opblock-tag { text-transform: capitalize }
.swagger-ui .opblock-tag small { text-transform: none }
.swagger-ui .atrium-authorize { display: flex; flex-wrap: wrap; gap: 10px 20px; align-items: center; margin-left: auto }
.swagger-ui .atrium-authorize .auth-wrapper { flex: none }
.swagger-ui .atrium-centre p, .swagger-ui .atrium-entry p { margin: 4px 0; font-size: 14px; color: #3b4151 }
.swagger-ui .atrium-entry label { font-size: 18px; font-weight: bold }
.swagger-ui .atrium-question { display: flex; flex: 1 }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 8px }
  .swagger-ui .opblock .opblock-summary-path { max-width: none }
  .swagger-ui .scheme-container .schemes { flex-wrap: wrap }
}
`;
