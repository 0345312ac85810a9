package perennial.streaming.watch;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;
import perennial.streaming.watch.AlertRule.Divergence;
import perennial.streaming.watch.AlertRule.Side;
import perennial.streaming.watch.AlertRule.Silence;
import perennial.streaming.watch.AlertRule.Threshold;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlOutcome;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * What is known of one learner, and what the rules remember of it. A report that comes again, as it may after a failure, is passed
 * over; a learner that begins anew is watched anew. Not thread-safe.
 */
final class LearnerWatch {

    /** Rules whose memories are kept; more cannot be in a state that this class has written. */
    private static final int MAX_RULES = 10_000;

    /** Digits that messages have of a number. */
    private static final MathContext SHOWN = new MathContext(4);

    private final String learner;
    private String stream = "";
    private String configHash = "";
    private long update;
    private int task;
    private Progression updates = new Progression();
    private Progression tasks = new Progression();
    private long lastSeen;
    private long timer;
    private boolean paused;
    private final Map<String, RuleMemory> memories = new LinkedHashMap<>();

    LearnerWatch(String learner) {
        this.learner = learner;
    }

    /** When something came last, in milliseconds of the clock. */
    long lastSeen() {
        return lastSeen;
    }

    /** Whether the learner was told to pause, so that it may be silent. */
    boolean isPaused() {
        return paused;
    }

    /** When the timer that is set rings, in milliseconds of the clock; 0 where none is set. */
    long timer() {
        return timer;
    }

    void timer(long at) {
        timer = at;
    }

    /**
     * Forgets what rules remember that are no longer the same; alerts of theirs end.
     *
     * @param rules the rules that are for this learner
     */
    void keepMemoriesOf(List<WatchRule> rules, Consumer<PlasticityAlert> alerts) {
        Iterator<Map.Entry<String, RuleMemory>> entries = memories.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, RuleMemory> entry = entries.next();
            boolean isKept = rules.stream()
                    .anyMatch(rule -> rule.name().equals(entry.getKey())
                            && entry.getValue().isOf(rule.rule()));
            if (!isKept) {
                entries.remove();
                end(entry.getKey(), entry.getValue(), "the rule was changed or removed", alerts);
            }
        }
    }

    /**
     * Takes in what became of a command: a learner that pauses may be silent until it is told to go on.
     *
     * @param now time of the clock, in milliseconds
     * @return whether there is a learner still; the alerts of one that was retired end
     */
    boolean observe(ControlAudit audit, long now, Consumer<PlasticityAlert> alerts) {
        if (audit.getOutcome() != ControlOutcome.APPLIED) {
            return true;
        }
        switch (audit.getAction()) {
            case "pause" -> paused = true;
            case "resume" -> {
                paused = false;
                lastSeen = now;
            }
            case "retire" -> {
                memories.forEach((name, memory) -> end(name, memory, "the learner was retired", alerts));
                return false;
            }
            default -> {
                // Other commands say nothing of whether it reports.
            }
        }
        return true;
    }

    /**
     * Takes a report or a summary of this learner in.
     *
     * @param rules the rules that are for this learner
     * @param now time of the clock, in milliseconds
     */
    void observe(SpecificRecord record, List<WatchRule> rules, long now, Consumer<PlasticityAlert> alerts) {
        lastSeen = now;
        if (record instanceof PlasticityReport report) {
            paused = false;
            if (isPassedOver(updates, report.getUpdate(), alerts)) {
                return;
            }
            updates.take(report.getUpdate());
            update = report.getUpdate();
            task = report.getTask();
            stream = report.getStream();
            configHash = report.getConfigHash();
        } else if (record instanceof TaskSummary summary) {
            if (isPassedOver(tasks, summary.getTask(), alerts)) {
                return;
            }
            tasks.take(summary.getTask());
            task = summary.getTask();
            stream = summary.getStream();
        } else {
            return;
        }
        for (WatchRule rule : rules) {
            RuleMemory memory = memory(rule);
            if (memory.observe(rule.rule(), record)) {
                alerts.accept(alert(rule, memory, now));
            }
        }
    }

    /** Looks how long nothing has come: since {@code since}, in milliseconds of the clock. */
    void observeSilence(List<WatchRule> rules, long since, long now, Consumer<PlasticityAlert> alerts) {
        for (WatchRule rule : rules) {
            if (rule.rule() instanceof Silence silence && memory(rule).observeSilence(silence, now - since)) {
                alerts.accept(alert(rule, memory(rule), now));
            }
        }
    }

    /** Whether a record was there before. Begins anew where the learner does. */
    private boolean isPassedOver(Progression progression, long number, Consumer<PlasticityAlert> alerts) {
        if (progression.isRepeated(number) || progression.isOnly(number)) {
            return true;
        }
        if (progression.beginsAnew(number)) {
            memories.forEach((name, memory) -> end(name, memory, "the learner began anew", alerts));
            memories.clear();
            updates = new Progression();
            tasks = new Progression();
        }
        return false;
    }

    private RuleMemory memory(WatchRule rule) {
        return memories.computeIfAbsent(rule.name(), name -> new RuleMemory(rule.rule()));
    }

    private void end(String rule, RuleMemory memory, String why, Consumer<PlasticityAlert> alerts) {
        if (memory.isRaised()) {
            PlasticityAlert alert = newAlert(rule, AlertState.CLEARED);
            alert.setMessage(learner + ": " + rule + " ends, since " + why);
            alerts.accept(alert);
        }
    }

    private PlasticityAlert newAlert(String rule, AlertState state) {
        PlasticityAlert alert = new PlasticityAlert();
        alert.setLearner(learner);
        alert.setRule(rule);
        alert.setState(state);
        alert.setStream(stream);
        alert.setUpdate(update);
        alert.setTask(task);
        alert.setConfigHash(configHash);
        return alert;
    }

    private PlasticityAlert alert(WatchRule watchRule, RuleMemory memory, long now) {
        boolean raised = memory.isRaised();
        PlasticityAlert alert = newAlert(watchRule.name(), raised ? AlertState.RAISED : AlertState.CLEARED);
        AlertRule rule = watchRule.rule();
        String what;
        if (rule instanceof Threshold threshold) {
            double limit = raised ? threshold.raise() : threshold.clear();
            alert.setValue(memory.value());
            alert.setLimit(limit);
            what = sentence(threshold, memory, limit, raised);
        } else if (rule instanceof Divergence divergence) {
            what = raised
                    ? "an update was discarded, since something in it was not finite"
                    : "the last " + divergence.clearAfter() + " reported updates were made";
        } else {
            what = raised ? "nothing has come for " + ((Silence) rule).millis() / 1000.0 + " s" : "reports come again";
        }
        alert.setMessage(learner + ": " + watchRule.name() + (raised ? ": " : " ends: ") + what + " (update " + update
                + ", task " + task + ")");
        return alert;
    }

    private static String sentence(Threshold rule, RuleMemory memory, double limit, boolean raised) {
        String mean = rule.values() == 1 ? " is " : " (mean of " + rule.values() + ") is ";
        String base =
                switch (rule.baseline()) {
                    case NONE -> "";
                    case FIRST -> " times what it was at first (" + rounded(memory.baseline()) + ")";
                    case BEST -> " times the best it was (" + rounded(memory.baseline()) + ")";
                };
        String side = rule.side() == Side.ABOVE ? "above " : "below ";
        return rule.quantity().name()
                + mean
                + rounded(memory.value())
                + base
                + (raised ? ", " : ", no longer ")
                + side
                + rounded(limit);
    }

    private static String rounded(double number) {
        return Double.isFinite(number)
                ? Double.toString(new BigDecimal(number).round(SHOWN).doubleValue())
                : Double.toString(number);
    }

    void write(DataOutputView target) throws IOException {
        Fields.writeText(learner, target);
        Fields.writeText(stream, target);
        Fields.writeText(configHash, target);
        target.writeLong(update);
        target.writeInt(task);
        updates.write(target);
        tasks.write(target);
        target.writeLong(lastSeen);
        target.writeLong(timer);
        target.writeBoolean(paused);
        target.writeInt(memories.size());
        for (Map.Entry<String, RuleMemory> entry : new ArrayList<>(memories.entrySet())) {
            Fields.writeText(entry.getKey(), target);
            entry.getValue().write(target);
        }
    }

    static LearnerWatch read(DataInputView source) throws IOException {
        LearnerWatch watch = new LearnerWatch(Fields.readText(source));
        watch.stream = Fields.readText(source);
        watch.configHash = Fields.readText(source);
        watch.update = source.readLong();
        watch.task = source.readInt();
        watch.updates = Progression.read(source);
        watch.tasks = Progression.read(source);
        watch.lastSeen = source.readLong();
        watch.timer = source.readLong();
        watch.paused = source.readBoolean();
        int count = source.readInt();
        if (count < 0 || count > MAX_RULES) {
            throw new IOException("a watched learner has at most " + MAX_RULES + " rules: count=" + count);
        }
        for (int i = 0; i < count; i++) {
            watch.memories.put(Fields.readText(source), RuleMemory.read(source));
        }
        return watch;
    }
}
