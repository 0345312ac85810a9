package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.RawRecord;

/**
 * Reads the records of the control topic as commands, see {@link CommandAssignment}. It knows the learners' keys as {@link
 * DecodeAndAssign} does, and remembers them in the same way, so that commands go where the events go.
 */
public final class AssignCommands extends ProcessFunction<RawRecord, LearnerCommand> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> learners;
    private final int maxRecordBytes;

    private transient KeyMemory memory;
    private transient CommandAssignment assignment;

    /**
     * @param learners the learners of the job
     * @param maxRecordBytes size from which a record's value is too large
     */
    public AssignCommands(List<LearnerSpec> learners, int maxRecordBytes) {
        this.learners = new ArrayList<>(learners.stream().map(LearnerSpec::name).toList());
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        memory = new KeyMemory(learners, context.getOperatorStateStore());
    }

    @Override
    public void open(OpenContext context) {
        assignment = new CommandAssignment(learners, memory.keys(), maxRecordBytes);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        memory.save();
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<LearnerCommand> out) {
        assignment.assign(record, out::collect);
    }
}
