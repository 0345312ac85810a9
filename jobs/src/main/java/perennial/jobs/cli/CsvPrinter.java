package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;

/**
 * Prints records of one kind as CSV (RFC 4180 with plain newlines): a header, then a row for each record, or for each layer of each report. A value that
 * is not there is empty, numbers have all their digits, lists of numbers are separated by spaces, bytes are base64.
 */
final class CsvPrinter implements RecordPrinter {

    /** What a layer's row has of the report it belongs to. */
    private static final List<String> OF_THE_REPORT =
            List.of("learner", "stream", "variant", "update", "task", "updateInTask");

    private final CSVPrinter csv;
    private final Schema schema;
    private final List<Schema.Field> fields = new ArrayList<>();
    private final boolean layers;

    private CsvPrinter(PrintWriter out, Schema schema, boolean layers) {
        this.schema = schema;
        this.layers = layers;
        for (Schema.Field field : schema.getFields()) {
            if (layers ? OF_THE_REPORT.contains(field.name()) : isFlat(field.schema())) {
                fields.add(field);
            }
        }
        try {
            this.csv = new CSVPrinter(
                    out, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row for each record of {@code schema}. */
    static CsvPrinter ofRecords(PrintWriter out, Schema schema) {
        return new CsvPrinter(out, schema, false);
    }

    /** A row for each layer of each report. */
    static CsvPrinter ofLayers(PrintWriter out) {
        return new CsvPrinter(out, PlasticityReport.getClassSchema(), true);
    }

    @Override
    public void begin() {
        List<String> header = fields.stream().map(Schema.Field::name).collect(Collectors.toCollection(ArrayList::new));
        if (layers) {
            LayerReport.getClassSchema().getFields().forEach(field -> header.add(field.name()));
        }
        row(header);
    }

    @Override
    public boolean print(SpecificRecord record) {
        if (record.getSchema() != schema) {
            return false;
        }
        if (!layers) {
            row(cells(record, fields));
            return true;
        }
        for (LayerReport layer : ((PlasticityReport) record).getLayers()) {
            List<Object> cells = cells(record, fields);
            cells.addAll(cells(layer, LayerReport.getClassSchema().getFields()));
            row(cells);
        }
        return true;
    }

    private static List<Object> cells(SpecificRecord record, List<Schema.Field> fields) {
        List<Object> cells = new ArrayList<>(fields.size());
        for (Schema.Field field : fields) {
            cells.add(cell(record.get(field.pos())));
        }
        return cells;
    }

    private static Object cell(Object value) {
        if (value instanceof Enum<?> symbol) {
            return Words.of(symbol);
        }
        if (value instanceof ByteBuffer bytes) {
            return new String(
                    Base64.getEncoder().encode(bytes.duplicate()).array(), java.nio.charset.StandardCharsets.US_ASCII);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
        return value;
    }

    private void row(Iterable<?> cells) {
        try {
            csv.printRecord(cells);
        } catch (IOException e) {
            // A PrintWriter keeps its troubles to itself until it is asked.
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a value of this schema fits into a cell: everything but lists of records. */
    private static boolean isFlat(Schema schema) {
        return switch (schema.getType()) {
            case ARRAY -> isFlat(schema.getElementType());
            case RECORD, MAP -> false;
            case UNION -> schema.getTypes().stream().allMatch(CsvPrinter::isFlat);
            default -> true;
        };
    }
}
