import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { Table, TakesTable } from '../http/table-body.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ApiProblem } from '../problem/api-problem.js';
import { BAD_FIELDS, BAD_REQUEST, TakesQuery, TenantRoutes } from '../representation/routes.js';
import { ImportQuery, ImportReport } from './import.dto.js';
import { ImportService } from './import.service.js';

const EXAMPLE =
  'name,campaign,startDate,endDate,name.de\n' +
  'Winter sale,,2030/12/01 09:00,2030/12/24 20:00,Winterschlussverkauf\n' +
  'Last days,Winter sale,2030/12/20 09:00,2030/12/24 20:00,Letzte Tage\n';

@ApiTags('imports')
@Controller('imports')
@TenantRoutes()
export class ImportController {
  constructor(private readonly imports: ImportService) {}

  /**
   * Bring in a table
   * @remarks The first line names the columns, as the fields are named: `name`, `startDate`, … `tags` are separated by
   * blanks, texts in other languages stand under `name.de` and the like. A line with a `campaign` is an event of the campaign
   * of that name. A line with an `id` changes that row. All lines are written, or none is.
   */
  @Post()
  @HttpCode(200)
  @Roles('editor')
  @Idempotent()
  @TakesTable()
  @TakesQuery()
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', example: EXAMPLE }, description: 'At most 1 MiB and 2,000 lines, in UTF-8' })
  @ApiProblem(400, BAD_REQUEST, 'bad-request')
  @ApiProblem(413, 'The table is larger than 1 MiB', 'body-too-large')
  @ApiProblem(415, 'The body is no text/csv', 'media-type-unsupported')
  @ApiProblem(422, BAD_FIELDS, 'fields-invalid', 'lines-invalid')
  @ApiOkResponse({ type: ImportReport, description: 'What became of each line, or would' })
  bring(@Query() query: ImportQuery, @Table() table: string) {
    return this.imports.bring(table, query);
  }
}
