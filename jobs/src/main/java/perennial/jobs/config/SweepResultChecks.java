package perennial.jobs.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import perennial.jobs.config.Sweep.Axis;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Finds results of a sweep that speak of quantities or axes there are none of. */
final class SweepResultChecks {

    private static final Set<Schema.Type> NUMBERS =
            Set.of(Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE);

    private final Map<String, Integer> axes = new LinkedHashMap<>();
    private final Binder binder;
    private final Problems problems;

    SweepResultChecks(List<Axis> axes, Binder binder, Problems problems) {
        axes.forEach(axis -> this.axes.put(axis.name(), axis.variants().size()));
        this.binder = binder;
        this.problems = problems;
    }

    void check(List<ResultSection> results) {
        Set<String> files = new HashSet<>();
        for (int i = 0; i < results.size(); i++) {
            ResultSection result = results.get(i);
            String path = "results[" + i + "]";
            Set<String> quantities = quantities(result);
            if (!quantities.contains(result.value())) {
                refuse(
                        path + ".value",
                        "is no quantity: found=" + result.value() + Nearest.hint(result.value(), quantities));
            }
            checkOver(result, path);
            checkAxes(result, path);
            if (!files.add(result.file())) {
                refuse(
                        path + ".file",
                        "is taken by another result: file=" + result.file() + "; give one of them a file");
            }
        }
    }

    private void checkOver(ResultSection result, String path) {
        if (!result.overRun() && !axes.containsKey(result.over())) {
            List<String> known =
                    new ArrayList<>(List.of(ResultSection.TASK, ResultSection.UPDATE, ResultSection.RECORD));
            known.addAll(axes.keySet());
            refuse(
                    path + ".over",
                    "is neither part of a run nor an axis: found=" + result.over()
                            + Nearest.hint(result.over(), known));
        }
    }

    private void checkAxes(ResultSection result, String path) {
        Set<String> used = new HashSet<>(Set.of(result.over()));
        List<String> named = new ArrayList<>(result.charts());
        named.addAll(result.lines());
        if (!result.difference().isEmpty()) {
            named.add(result.difference());
        }
        for (String axis : named) {
            if (!axes.containsKey(axis)) {
                refuse(path, "names an axis that there is none of: found=" + axis + Nearest.hint(axis, axes.keySet()));
            } else if (axis.equals(result.difference()) && axes.get(axis) != 2) {
                refuse(
                        path + ".difference",
                        "must be an axis of two variants: axis=" + axis + " variants=" + axes.get(axis));
            } else if (!used.add(axis)) {
                refuse(path, "names an axis twice, in over, charts, lines and difference together: axis=" + axis);
            }
        }
    }

    /** What a result may be of: over updates and records only what reports have. */
    private static Set<String> quantities(ResultSection result) {
        Set<String> names = new TreeSet<>(Set.of(ResultSection.EPISODE_RETURN));
        names.addAll(numbers(PlasticityReport.getClassSchema()));
        if (!result.over().equals(ResultSection.UPDATE) && !result.over().equals(ResultSection.RECORD)) {
            names.addAll(numbers(TaskSummary.getClassSchema()));
        }
        return names;
    }

    private static Set<String> numbers(Schema record) {
        Set<String> names = new TreeSet<>();
        for (Schema.Field field : record.getFields()) {
            List<Schema> types = field.schema().isUnion() ? field.schema().getTypes() : List.of(field.schema());
            if (types.stream().anyMatch(type -> NUMBERS.contains(type.getType()))) {
                names.add(field.name());
            }
        }
        return names;
    }

    private void refuse(String path, String sentence) {
        problems.add(binder.placeOf(path), path + " " + sentence);
    }
}
