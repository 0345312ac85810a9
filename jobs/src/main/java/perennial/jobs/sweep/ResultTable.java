package perennial.jobs.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import perennial.jobs.config.ResultSection;
import perennial.jobs.config.Sweep;
import perennial.jobs.config.Sweep.Axis;
import perennial.jobs.config.Sweep.Member;
import perennial.jobs.results.Estimate;

/**
 * One result of a sweep: its lines, each averaged over the learners that are on it.
 *
 * @param section what it is of
 * @param lines the lines, in the order of the sweep's learners
 * @param names names of the places that it is over, where they are variants without numbers; otherwise empty
 */
record ResultTable(ResultSection section, List<Line> lines, List<String> names) {

    /**
     * One line of one plot.
     *
     * @param chart variants of the plot, joined; empty where there is one plot only
     * @param name variants of the line, joined; the quantity where there is one line only
     * @param x places
     * @param y the estimate at each place
     * @param early estimate of the mean over the first fifth of the places; without runs where it is over an axis
     * @param late over the last fifth
     * @param all over all places
     */
    record Line(
            String chart, String name, List<Double> x, List<Estimate> y, Estimate early, Estimate late, Estimate all) {}

    /**
     * The result from what the learners said.
     *
     * @param index number of the result in the sweep
     */
    static ResultTable of(Sweep sweep, int index, Function<String, LearnerHistory> histories) {
        ResultSection section = sweep.results().get(index);
        List<String> lineAxes = section.lines();
        if (lineAxes.isEmpty()) {
            lineAxes = sweep.axes().stream()
                    .map(Axis::name)
                    .filter(axis -> !section.charts().contains(axis)
                            && !section.over().equals(axis)
                            && !section.difference().equals(axis))
                    .toList();
        }
        Map<List<String>, List<Member>> groups = new LinkedHashMap<>();
        for (Member member : sweep.members()) {
            String line = joined(sweep, member, lineAxes);
            groups.computeIfAbsent(
                            List.of(joined(sweep, member, section.charts()), line.isEmpty() ? section.value() : line),
                            key -> new ArrayList<>())
                    .add(member);
        }
        List<String> variants = section.overRun()
                ? List.of()
                : sweep.axes().get(sweep.axisIndex(section.over())).variants();
        boolean numbered = variants.stream().allMatch(ResultTable::isNumber);
        List<Line> lines = new ArrayList<>();
        groups.forEach((key, members) -> lines.add(
                section.overRun()
                        ? overRun(key, points(sweep, members, index, histories))
                        : overAxis(key, sweep, section, members, index, histories, numbered ? null : variants)));
        return new ResultTable(section, lines, numbered ? List.of() : variants);
    }

    private static String joined(Sweep sweep, Member member, List<String> axes) {
        return axes.stream()
                .map(axis -> member.variants().get(sweep.axisIndex(axis)))
                .collect(Collectors.joining("-"));
    }

    private static boolean isNumber(String variant) {
        return variant.matches("-?[0-9.]+([eE][-+]?[0-9]+)?");
    }

    private static List<Points> points(
            Sweep sweep, List<Member> members, int index, Function<String, LearnerHistory> histories) {
        String difference = sweep.results().get(index).difference();
        if (difference.isEmpty()) {
            return members.stream()
                    .map(member -> histories.apply(member.learner()).points(index))
                    .toList();
        }
        // The two of a pair are alike but for their variant on one axis, and one of them comes first.
        int axis = sweep.axisIndex(difference);
        Map<List<String>, Points> first = new LinkedHashMap<>();
        List<Points> differences = new ArrayList<>();
        for (Member member : members) {
            List<String> pair = new ArrayList<>(member.variants());
            pair.set(axis, Long.toString(member.seed()));
            Points points = histories.apply(member.learner()).points(index);
            Points other = first.putIfAbsent(pair, points);
            if (other != null) {
                differences.add(points.distanceFrom(other));
            }
        }
        return differences;
    }

    private static Line overRun(List<String> key, List<Points> learners) {
        Points longest = learners.stream()
                .max((left, right) -> Integer.compare(left.x().length, right.x().length))
                .orElse(new Points(new double[0], new double[0]));
        List<Double> x = new ArrayList<>();
        List<Estimate> y = new ArrayList<>();
        for (int i = 0; i < longest.x().length; i++) {
            int place = i;
            x.add(longest.x()[i]);
            y.add(estimate(learners, points -> place < points.y().length ? points.y()[place] : Double.NaN));
        }
        return new Line(
                key.get(0),
                key.get(1),
                x,
                y,
                estimate(learners, Points::early),
                estimate(learners, Points::late),
                estimate(learners, Points::all));
    }

    private static Line overAxis(
            List<String> key,
            Sweep sweep,
            ResultSection section,
            List<Member> members,
            int index,
            Function<String, LearnerHistory> histories,
            List<String> named) {
        int axis = sweep.axisIndex(section.over());
        Map<String, List<Member>> places = new LinkedHashMap<>();
        members.forEach(member -> places.computeIfAbsent(member.variants().get(axis), variant -> new ArrayList<>())
                .add(member));
        List<Double> x = new ArrayList<>();
        List<Estimate> y = new ArrayList<>();
        places.forEach((variant, at) -> {
            x.add(named == null ? Double.parseDouble(variant) : named.indexOf(variant));
            y.add(estimate(points(sweep, at, index, histories), Points::late));
        });
        Estimate none = Estimate.of();
        return new Line(key.get(0), key.get(1), x, y, none, none, none);
    }

    private static Estimate estimate(List<Points> learners, ToDoubleFunction<Points> value) {
        return Estimate.of(learners.stream().mapToDouble(value).toArray());
    }
}
