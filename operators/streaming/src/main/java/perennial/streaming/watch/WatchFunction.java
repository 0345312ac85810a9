package perennial.streaming.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import perennial.streaming.watch.AlertRule.Silence;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.PlasticityAlert;

/** Holds the rules against what each learner reports. Keyed by the learner's name. */
final class WatchFunction extends KeyedProcessFunction<String, SpecificRecord, PlasticityAlert> {

    private static final long serialVersionUID = 1L;

    private final ArrayList<WatchRule> rules;

    private transient ValueState<LearnerWatch> state;
    private transient Map<String, List<WatchRule>> rulesByLearner;
    private transient Counter raised;

    // A restored watch has slept itself: a silence is counted from its waking at the earliest.
    private transient long awakeSince;

    WatchFunction(List<WatchRule> rules) {
        this.rules = new ArrayList<>(rules);
    }

    @Override
    public void open(OpenContext context) {
        state = getRuntimeContext().getState(new ValueStateDescriptor<>("watch", new LearnerWatchSerializer()));
        rulesByLearner = new HashMap<>();
        raised = getRuntimeContext().getMetricGroup().counter("alertsRaised");
        awakeSince = 0;
    }

    @Override
    public void processElement(SpecificRecord record, Context context, Collector<PlasticityAlert> out)
            throws Exception {
        long now = context.timerService().currentProcessingTime();
        String learner = context.getCurrentKey();
        LearnerWatch watch = state.value();
        if (watch == null) {
            if (record instanceof ControlAudit) {
                // A command may name a learner that there is none of, which will never report.
                return;
            }
            watch = new LearnerWatch(learner);
        }
        List<WatchRule> own = rulesOf(learner);
        watch.keepMemoriesOf(own, alert -> send(alert, out));
        if (record instanceof ControlAudit audit) {
            if (!watch.observe(audit, now, alert -> send(alert, out))) {
                state.clear();
                return;
            }
        } else {
            watch.observe(record, own, now, alert -> send(alert, out));
        }
        setTimer(watch, own, watch.lastSeen(), context);
        state.update(watch);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<PlasticityAlert> out) throws Exception {
        LearnerWatch watch = state.value();
        if (watch == null) {
            return;
        }
        long now = context.timerService().currentProcessingTime();
        if (awakeSince == 0) {
            awakeSince = now;
        }
        List<WatchRule> own = rulesOf(context.getCurrentKey());
        long since = Math.max(watch.lastSeen(), awakeSince);
        watch.keepMemoriesOf(own, alert -> send(alert, out));
        if (!watch.isPaused()) {
            watch.observeSilence(own, since, now, alert -> send(alert, out));
        }
        watch.timer(0);
        setTimer(watch, own, since, context);
        state.update(watch);
    }

    private void send(PlasticityAlert alert, Collector<PlasticityAlert> out) {
        if (alert.getState() == AlertState.RAISED) {
            raised.inc();
        }
        out.collect(alert);
    }

    /** One timer for the next silence that could be noticed; none where there is no such rule. */
    private static void setTimer(LearnerWatch watch, List<WatchRule> own, long since, Context context) {
        if (watch.timer() != 0) {
            return;
        }
        long now = context.timerService().currentProcessingTime();
        long next = Long.MAX_VALUE;
        for (WatchRule rule : own) {
            if (rule.rule() instanceof Silence silence && since + silence.millis() > now) {
                next = Math.min(next, since + silence.millis());
            }
        }
        if (next != Long.MAX_VALUE) {
            watch.timer(next);
            context.timerService().registerProcessingTimeTimer(next);
        }
    }

    private List<WatchRule> rulesOf(String learner) {
        return rulesByLearner.computeIfAbsent(
                learner, name -> rules.stream().filter(rule -> rule.isFor(name)).toList());
    }
}
