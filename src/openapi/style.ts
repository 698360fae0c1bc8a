/** Hides the parts of Swagger UI that are of no use to staff, such as their token within a command. */
export const STYLE = `
.swagger-ui .topbar, .swagger-ui .info hgroup .link { display: none }
.swagger-ui .curl-command, .swagger-ui .request-url { display: none }
.swagger-ui textarea.body-param__text { min-height: 130px; height: 180px }
.swagger-ui .info { margin: 30px 0 10px }
.swagger-ui .opblock-tag { text-transform: capitalize }
.swagger-ui .opblock-tag small { text-transform: none }
`;
