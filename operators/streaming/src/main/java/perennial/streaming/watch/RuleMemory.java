package perennial.streaming.watch;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;
import perennial.streaming.watch.AlertRule.Baseline;
import perennial.streaming.watch.AlertRule.Divergence;
import perennial.streaming.watch.AlertRule.Side;
import perennial.streaming.watch.AlertRule.Silence;
import perennial.streaming.watch.AlertRule.Threshold;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/** What a rule remembers of a learner. Not thread-safe. */
final class RuleMemory {

    /** The rule as text: a memory is of use to the very rule that it is of. */
    private final String definition;

    /** The last values, in a ring; empty where there is no mean to take. */
    private final double[] recent;

    private long count;
    private double baseline;
    private int streak;
    private boolean raised;
    private double value;

    RuleMemory(AlertRule rule) {
        this(rule.toString(), new double[rule instanceof Threshold threshold ? threshold.values() : 0]);
        baseline = Double.NaN;
        value = Double.NaN;
    }

    private RuleMemory(String definition, double[] recent) {
        this.definition = definition;
        this.recent = recent;
    }

    boolean isOf(AlertRule rule) {
        return definition.equals(rule.toString());
    }

    boolean isRaised() {
        return raised;
    }

    /** What was compared last; NaN where nothing was. */
    double value() {
        return value;
    }

    /** What the last mean was divided by; NaN where there was nothing to divide by. */
    double baseline() {
        return baseline;
    }

    /** Takes a record in; says whether the alert begins or ends with it. */
    boolean observe(AlertRule rule, SpecificRecord record) {
        if (rule instanceof Threshold threshold) {
            double next = threshold.quantity().in(record);
            return !Double.isNaN(next) && observe(threshold, next);
        }
        if (rule instanceof Divergence divergence) {
            return record instanceof PlasticityReport report && observe(divergence, report.getStatus());
        }
        // Whatever a learner reports ends its silence.
        return turnIf(raised);
    }

    private boolean observe(Threshold rule, double next) {
        recent[(int) (count++ % recent.length)] = next;
        if (count < recent.length) {
            return false;
        }
        value = compared(rule, mean());
        if (Double.isNaN(value)) {
            return false;
        }
        double limit = raised ? rule.clear() : rule.raise();
        boolean isBeyond = rule.side() == Side.ABOVE ? value > limit : value < limit;
        streak = isBeyond == raised ? 0 : streak + 1;
        return turnIf(streak >= rule.hold());
    }

    private double mean() {
        double sum = 0;
        for (double one : recent) {
            sum += one;
        }
        return sum / recent.length;
    }

    /** The mean over its baseline; NaN where there is none to divide by. */
    private double compared(Threshold rule, double mean) {
        if (rule.baseline() == Baseline.NONE) {
            return mean;
        }
        boolean isFirst = Double.isNaN(baseline);
        boolean isBetter =
                rule.baseline() == Baseline.BEST && (rule.side() == Side.BELOW ? mean > baseline : mean < baseline);
        if (isFirst || isBetter) {
            baseline = mean;
        }
        // Over 0 or less, smaller would not mean smaller: returns that begin below 0 are compared once the best is
        // above it.
        return baseline > 0 ? mean / baseline : Double.NaN;
    }

    private boolean observe(Divergence rule, ReportStatus status) {
        if (status == ReportStatus.TRAINED) {
            streak++;
            return turnIf(raised && streak >= rule.clearAfter());
        }
        streak = 0;
        return turnIf(!raised);
    }

    /** Tells a rule about silence how long nothing has come, in milliseconds; says whether the alert begins with it. */
    boolean observeSilence(Silence rule, long millis) {
        return turnIf(!raised && millis >= rule.millis());
    }

    private boolean turnIf(boolean turns) {
        if (turns) {
            raised = !raised;
            streak = 0;
        }
        return turns;
    }

    void write(DataOutputView target) throws IOException {
        Fields.writeText(definition, target);
        target.writeInt(recent.length);
        for (double one : recent) {
            target.writeDouble(one);
        }
        target.writeLong(count);
        target.writeDouble(baseline);
        target.writeInt(streak);
        target.writeBoolean(raised);
        target.writeDouble(value);
    }

    static RuleMemory read(DataInputView source) throws IOException {
        String definition = Fields.readText(source);
        int length = source.readInt();
        if (length < 0 || length > Threshold.MAX_VALUES) {
            throw new IOException("a rule's memory has at most " + Threshold.MAX_VALUES + " values: length=" + length);
        }
        RuleMemory memory = new RuleMemory(definition, new double[length]);
        for (int i = 0; i < length; i++) {
            memory.recent[i] = source.readDouble();
        }
        memory.count = source.readLong();
        memory.baseline = source.readDouble();
        memory.streak = source.readInt();
        memory.raised = source.readBoolean();
        memory.value = source.readDouble();
        return memory;
    }
}
