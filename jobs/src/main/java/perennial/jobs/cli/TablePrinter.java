package perennial.jobs.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import perennial.schemas.CommandDecoder;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;
import perennial.v1.Event;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

/**
 * Prints records as lines for people: columns of a fixed width, since the next record is not known yet, under a header
 * for each kind of record that follows another kind. Numbers are rounded.
 */
final class TablePrinter implements RecordPrinter {

    private static final String REPORTS = "%-22s %6s %9s %11s %8s %9s %11s %9s %11s %7s %7s %7s  %s";
    private static final String PREDICTIONS = "%-22s %-22s %9s %11s %8s %9s";
    private static final String LETTERS = "%-28s %4s %10s %-19s  %s";
    private static final String POLICIES = "%-22s %9s %7s %10s";
    private static final String PROGRESS = "%-22s %9s  %s";
    private static final String COMMANDS = "%-22s %-12s %10s  %s";
    private static final String ALERTS = "%-22s %-22s %-8s %6s %9s %11s %11s  %s";
    private static final String EVENTS = "%-22s %5s %9s  %s";

    private final PrintWriter out;
    private String layout = "";

    TablePrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin() {}

    @Override
    public boolean print(SpecificRecord record) {
        if (record instanceof PlasticityReport report) {
            reportHeader();
            line(
                    REPORTS,
                    report.getLearner(),
                    report.getTask(),
                    report.getUpdate(),
                    number("%.5g", report.getLoss()),
                    number("%.4f", report.getOnlineAccuracy()),
                    number("%.4g", report.getTdError()),
                    number("%.5g", report.getParameterNorm()),
                    number("%.3g", report.getGradientNorm()),
                    number("%.4e", report.getEffectiveLearningRate()),
                    number("%.4f", report.getDeadUnits()),
                    number("%.4f", report.getDormantUnits()),
                    number("%.0f", report.getSrank()),
                    note(report));
        } else if (record instanceof TaskSummary summary) {
            reportHeader();
            line(
                    REPORTS,
                    summary.getLearner(),
                    summary.getTask(),
                    summary.getTotalUpdates(),
                    number("%.5g", summary.getAverageLoss()),
                    number("%.4f", summary.getAverageOnlineAccuracy()),
                    "-",
                    number("%.5g", summary.getParameterNorm()),
                    "-",
                    number("%.4e", summary.getEffectiveLearningRate()),
                    number("%.4f", summary.getDeadUnits()),
                    "-",
                    "-",
                    "task " + summary.getTask() + " closed: its mean loss and accuracy");
        } else if (record instanceof Prediction prediction) {
            header(PREDICTIONS, "LEARNER", "STREAM", "SEQUENCE", "PREDICTED", "PROB.", "UPDATE");
            line(
                    PREDICTIONS,
                    prediction.getLearner(),
                    prediction.getStream(),
                    prediction.getSequence(),
                    predicted(prediction),
                    prediction.getProbability() == null
                            ? "-"
                            : number("%.4f", prediction.getProbability().doubleValue()),
                    prediction.getUpdate());
        } else if (record instanceof DeadLetter letter) {
            header(LETTERS, "TOPIC", "PART", "OFFSET", "REASON", "ERROR");
            line(
                    LETTERS,
                    letter.getTopic(),
                    letter.getPartition(),
                    letter.getOffset(),
                    Words.of(letter.getReason()),
                    letter.getError());
        } else {
            return printOther(record);
        }
        return true;
    }

    private boolean printOther(SpecificRecord record) {
        if (record instanceof ControlAudit audit) {
            reportHeader();
            line("%s", ControlAnswers.sentence(audit));
        } else if (record instanceof PlasticityAlert alert) {
            header(ALERTS, "LEARNER", "RULE", "STATE", "TASK", "UPDATE", "VALUE", "LIMIT", "MESSAGE");
            line(
                    ALERTS,
                    alert.getLearner(),
                    alert.getRule(),
                    Words.of(alert.getState()),
                    alert.getTask(),
                    alert.getUpdate(),
                    number("%.4g", alert.getValue()),
                    number("%.4g", alert.getLimit()),
                    alert.getMessage());
        } else if (record instanceof ControlCommand command) {
            header(COMMANDS, "LEARNER", "ACTION", "AT UPDATE", "ID");
            line(
                    COMMANDS,
                    command.getLearner(),
                    CommandDecoder.action(command),
                    command.getAtUpdate() == null ? "-" : command.getAtUpdate(),
                    command.getId());
        } else if (record instanceof PolicySnapshot policy) {
            header(POLICIES, "LEARNER", "VERSION", "CHUNK", "BYTES");
            line(
                    POLICIES,
                    policy.getLearner(),
                    policy.getVersion(),
                    policy.getChunk() + 1 + "/" + policy.getChunks(),
                    policy.getTensors().remaining());
        } else if (record instanceof LearnerProgress progress) {
            header(PROGRESS, "LEARNER", "UPDATE", "TRAINED THROUGH");
            StringBuilder positions = new StringBuilder();
            progress.getTrainedThrough().forEach(position -> positions
                    .append(positions.isEmpty() ? "" : ", ")
                    .append(position.getStream())
                    .append('/')
                    .append(position.getActor())
                    .append('@')
                    .append(position.getSequence()));
            line(PROGRESS, progress.getLearner(), progress.getUpdate(), positions);
        } else if (record instanceof Event event) {
            header(EVENTS, "STREAM", "ACTOR", "SEQUENCE", "KIND");
            line(
                    EVENTS,
                    event.getStream(),
                    event.getActor(),
                    event.getSequence(),
                    event.getBody().getClass().getSimpleName());
        } else {
            return false;
        }
        return true;
    }

    private void reportHeader() {
        header(
                REPORTS,
                "LEARNER",
                "TASK",
                "UPDATE",
                "LOSS",
                "ACCURACY",
                "TD ERROR",
                "NORM",
                "GRADIENT",
                "EFF. RATE",
                "DEAD",
                "DORMANT",
                "SRANK",
                "NOTE");
    }

    private void header(String form, Object... names) {
        if (!layout.equals(form)) {
            layout = form;
            line(form, names);
        }
    }

    private void line(String form, Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] instanceof String text) {
                // Names and errors are somebody else's text; a newline or an escape would break the table.
                cells[i] = Printable.of(text);
            }
        }
        out.print(String.format(Locale.ROOT, form, cells).stripTrailing());
        out.print('\n');
    }

    private static String note(PlasticityReport report) {
        String trouble =
                switch (report.getStatus()) {
                    case TRAINED -> "";
                    case UPDATE_DISCARDED -> "update discarded";
                    case LEARNER_STOPPED -> "learner stopped";
                    case OTHER -> "status of a newer version";
                };
        return trouble.isEmpty() || report.getNote().isEmpty()
                ? trouble + report.getNote()
                : trouble + ": " + report.getNote();
    }

    private static String predicted(Prediction prediction) {
        if (prediction.getPredictedClass() != null) {
            return prediction.getPredictedClass().toString();
        }
        if (prediction.getValues() == null || prediction.getValues().isEmpty()) {
            return "-";
        }
        String first = number("%.5g", prediction.getValues().get(0).doubleValue());
        return prediction.getValues().size() == 1 ? first : first + ", ...";
    }

    private static String number(String form, Double value) {
        if (value == null) {
            return "-";
        }
        return Double.isFinite(value) ? String.format(Locale.ROOT, form, value) : value.toString();
    }
}
