package perennial.jobs.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import perennial.jobs.config.Sweep.Axis;
import perennial.jobs.config.Sweep.Member;
import perennial.learning.learner.LearnerSpec;

/** Turns the text of a sweep into its learners. Used once, for one sweep; not thread-safe. */
final class SweepReader {

    /** Keys of a learner that a sweep gives itself. */
    private static final Set<String> GIVEN = Set.of("name", "streams", "seed");

    private static final int MAX_COMBINATIONS = 100_000;

    private static final String LABELS = "labels";

    /** Keys of a learner that make its events, and have a seed. */
    private static final Set<String> SOURCES = Set.of(LABELS, "environment");

    private final String source;
    private final UnaryOperator<String> environment;
    private final Problems problems;

    SweepReader(String source, UnaryOperator<String> environment) {
        this.source = source;
        this.environment = environment;
        this.problems = new Problems(source);
    }

    Sweep read(String text, String size, Optional<Path> images, List<String> overrides) {
        Node.Mapping document = YamlReader.readMapping(text, source, problems);
        Node.Mapping root = new Overrides(problems).apply(sized(document, size), overrides);
        Binder binder = new Binder(problems, new References(environment));
        SweepSection section = binder.bind(SweepSection.class, root);
        problems.throwIfAny();

        Node.Mapping written = learnerKeys(section.learner(), "learner");
        Node.Mapping base =
                images.map(folder -> ImageFolder.in(written, folder)).orElse(written);
        List<SweepAxis> axes = SweepAxis.read(mapping(section.vary(), "vary"), problems);
        axes.forEach(
                axis -> axis.variants().forEach((name, part) -> learnerKeys(part, "vary." + axis.name() + "." + name)));
        checkSelections(section.only(), "only", axes, binder);
        checkSelections(section.exclude(), "exclude", axes, binder);
        problems.throwIfAny();

        checkSize(section, axes, root.place());
        problems.throwIfAny();

        List<Member> members = new ArrayList<>();
        List<Node> learners = new ArrayList<>();
        combine(section, axes, 0, base, new LinkedHashMap<>(), members, learners);
        if (members.isEmpty()) {
            problems.add(root.place(), "only and exclude must leave a learner: combinations=0");
        }
        problems.throwIfAny();
        Configuration configuration = configuration(root, learners);
        List<Axis> named = new ArrayList<>();
        axes.forEach(axis ->
                named.add(new Axis(axis.name(), List.copyOf(axis.variants().keySet()))));
        List<Member> reporting = reporting(named, members, configuration);
        new SweepResultChecks(named, binder, problems).check(section.results());
        problems.throwIfAny();
        return new Sweep(
                section.name(), section.title(), named, section.seeds(), reporting, section.results(), configuration);
    }

    /** {@code members}, and for twins their free runs too, with an axis more that tells them apart where there are any. */
    private static List<Member> reporting(List<Axis> axes, List<Member> members, Configuration configuration) {
        List<LearnerSpec> specs = configuration.learnerSpecs();
        if (specs.stream().noneMatch(LearnerSpec::isTwin)) {
            return members;
        }
        axes.add(new Axis(Sweep.RUN, List.of(Sweep.PROJECTED, Sweep.FREE)));
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            all.add(member.on(Sweep.PROJECTED, member.learner()));
            if (specs.get(i).isTwin()) {
                all.add(member.on(Sweep.FREE, LearnerSpec.freeName(member.learner())));
            }
        }
        return all;
    }

    /** {@code written} with the keys of one of its sizes laid over it. */
    private Node.Mapping sized(Node.Mapping written, String size) {
        if (size.equals(Sweep.SMALL)) {
            return written;
        }
        Map<String, Node> sizes = written.entries().get("sizes") instanceof Node.Mapping all ? all.entries() : Map.of();
        if (!(sizes.get(size) instanceof Node.Mapping keys)) {
            List<String> known = new ArrayList<>(List.of(Sweep.SMALL));
            known.addAll(sizes.keySet());
            problems.add(written.place(), "the sweep has no such size: size=" + size + Nearest.hint(size, known));
            problems.throwIfAny();
            return written;
        }
        return Overlay.merged(written, keys);
    }

    private Node.Mapping mapping(Node node, String path) {
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        if (!(node instanceof Node.Scalar scalar && scalar.empty())) {
            problems.add(node.place(), path + " must be a section (lines of key: value): found=" + node.description());
        }
        return new Node.Mapping(node.place(), Map.of());
    }

    /** {@code node} as keys of a learner, none of which the sweep gives itself. */
    private Node.Mapping learnerKeys(Node node, String path) {
        Node.Mapping keys = mapping(node, path);
        for (String key : GIVEN) {
            if (keys.entries().containsKey(key)) {
                problems.add(
                        keys.entries().get(key).place(),
                        path + "." + key + " is given by the sweep itself; remove it"
                                + (key.equals("seed") ? " and write seeds at the top level" : ""));
            }
        }
        return keys;
    }

    private void checkSelections(
            List<Map<String, String>> selections, String key, List<SweepAxis> axes, Binder binder) {
        Map<String, Collection<String>> known = new LinkedHashMap<>();
        axes.forEach(axis -> known.put(axis.name(), axis.variants().keySet()));
        for (int i = 0; i < selections.size(); i++) {
            String path = key + "[" + i + "]";
            for (Map.Entry<String, String> part : selections.get(i).entrySet()) {
                Collection<String> variants = known.get(part.getKey());
                if (variants == null) {
                    problems.add(
                            binder.placeOf(path),
                            path + "." + part.getKey() + " is no axis" + Nearest.hint(part.getKey(), known.keySet()));
                } else if (!variants.contains(part.getValue())) {
                    problems.add(
                            binder.placeOf(path),
                            path + "." + part.getKey() + " is no variant: found=" + part.getValue()
                                    + Nearest.hint(part.getValue(), variants));
                }
            }
        }
    }

    /** A grid grows with each axis many times over; what is too large is said before it is built. */
    private void checkSize(SweepSection section, List<SweepAxis> axes, Place place) {
        double learners = section.seeds().size();
        for (SweepAxis axis : axes) {
            learners *= axis.variants().size();
        }
        if (learners > MAX_COMBINATIONS) {
            problems.add(
                    place,
                    "a sweep may have at most " + MAX_COMBINATIONS
                            + " combinations of variants and seeds, left out ones included: combinations="
                            + String.format(Locale.ROOT, "%.0f", learners) + "; divide it into several sweeps");
        }
    }

    private static void combine(
            SweepSection section,
            List<SweepAxis> axes,
            int depth,
            Node.Mapping learner,
            Map<String, String> chosen,
            List<Member> members,
            List<Node> learners) {
        if (depth < axes.size()) {
            SweepAxis axis = axes.get(depth);
            axis.variants().forEach((variant, part) -> {
                Map<String, String> more = new LinkedHashMap<>(chosen);
                more.put(axis.name(), variant);
                combine(section, axes, depth + 1, Overlay.merged(learner, part), more, members, learners);
            });
            return;
        }
        boolean kept = section.only().isEmpty()
                || section.only().stream()
                        .anyMatch(selection -> chosen.entrySet().containsAll(selection.entrySet()));
        if (!kept
                || section.exclude().stream()
                        .anyMatch(selection -> chosen.entrySet().containsAll(selection.entrySet()))) {
            return;
        }
        for (long seed : section.seeds()) {
            members.add(new Member(name(chosen.values(), seed), List.copyOf(chosen.values()), seed));
            learners.add(named(learner, chosen.values(), seed));
        }
    }

    private static String name(Collection<String> variants, long seed) {
        return String.join("-", variants) + (variants.isEmpty() ? "" : "-") + "seed" + seed;
    }

    private static Node named(Node.Mapping learner, Collection<String> variants, long seed) {
        Map<String, Node> keys = new LinkedHashMap<>();
        keys.put("name", scalar(learner.place(), name(variants, seed)));
        keys.put("seed", scalar(learner.place(), Long.toString(seed)));
        if (!variants.isEmpty()) {
            keys.put("variant", scalar(learner.place(), String.join("-", variants)));
        }
        learner.entries().forEach((key, value) -> keys.put(key, SOURCES.contains(key) ? seeded(value, seed) : value));
        if (learner.entries().containsKey(LABELS)) {
            keys.put(LABELS, withDefault(keys.get(LABELS), "stream", LABELS));
        }
        return new Node.Mapping(learner.place(), keys);
    }

    /** A learner's source with the learner's seed where it has none of its own: seeds are to differ in all that is drawn. */
    private static Node seeded(Node source, long seed) {
        return withDefault(source, "seed", Long.toString(seed));
    }

    private static Node withDefault(Node section, String key, String text) {
        return section instanceof Node.Mapping keys && !keys.entries().containsKey(key)
                ? keys.with(key, scalar(keys.place(), text))
                : section;
    }

    private static Node scalar(Place place, String text) {
        return new Node.Scalar(place, text, false);
    }

    /** The job of {@code learners}; what is wrong with many of them in the same way is said once. */
    private Configuration configuration(Node.Mapping root, List<Node> learners) {
        Map<String, Node> keys = new LinkedHashMap<>();
        for (String key : List.of("name", "flink", "engine")) {
            if (root.entries().containsKey(key)) {
                keys.put(key, root.entries().get(key));
            }
        }
        keys.put("learners", new Node.Sequence(root.place(), learners));
        Problems expanded = new Problems(source, sentence -> sentence.replaceAll("learners\\[\\d+]", "learner"));
        return Configuration.bind(new Node.Mapping(root.place(), keys), environment, expanded);
    }
}
