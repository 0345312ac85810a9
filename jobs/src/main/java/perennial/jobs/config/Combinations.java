package perennial.jobs.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.jobs.config.LabelsSection.ChangeSection;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Twin;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.streaming.assign.Glob;

/**
 * Finds options that are right by themselves and cannot work together. It looks at whatever could be read, so that an error in one
 * section hides none in another.
 */
final class Combinations {

    private static final int MAX_INPUT_SIZE = 1_000_000_000;

    private final Binder binder;
    private final Problems problems;

    Combinations(Binder binder, Problems problems) {
        this.binder = binder;
        this.problems = problems;
    }

    void check() {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; binder.exists("learners[" + i + "]"); i++) {
            String learner = "learners[" + i + "]";
            int before = problems.count();
            checkName(learner, names);
            checkStreams(learner);
            checkShape(learner);
            checkMethod(learner);
            checkLabels(learner);
            checkOwnSource(learner);
            if (problems.count() == before) {
                checkSpec(learner);
            }
        }
        checkWhoHasOwnSources();
        checkEnvironment();
        new AlertChecks(binder, problems).check();
    }

    private boolean hasOwnSource(String learner) {
        return binder.exists(learner + ".environment") || binder.exists(learner + ".labels");
    }

    /** A job either gets its events from outside, or makes them all itself. */
    private void checkWhoHasOwnSources() {
        String with = null;
        String without = null;
        for (int i = 0; binder.exists("learners[" + i + "]"); i++) {
            String learner = "learners[" + i + "]";
            if (hasOwnSource(learner)) {
                with = learner;
            } else {
                without = learner;
            }
        }
        if (with == null) {
            return;
        }
        if (without != null) {
            refuse(
                    without,
                    "needs an environment or labels of its own, since " + with
                            + " has one: all learners of a job have such a source, or none has");
        }
        for (String producer : List.of("environment", "labels")) {
            if (binder.exists(producer)) {
                refuse(
                        producer,
                        "is for a producer, and the learners of this job make their events themselves: remove it, or the"
                                + " learners' own sources");
            }
        }
    }

    /** What a learner's own source cannot be, or cannot give it. */
    private void checkOwnSource(String learner) {
        LabelsSection labels = binder.valueAt(learner + ".labels", LabelsSection.class);
        OwnEnvironmentSection environment = binder.valueAt(learner + ".environment", OwnEnvironmentSection.class);
        if (binder.exists(learner + ".labels") && binder.exists(learner + ".environment")) {
            refuse(
                    learner + ".labels",
                    "cannot stand beside environment: a learner has one source; remove one of them");
        } else if (labels != null) {
            checkOwnLabels(learner, labels);
        } else if (environment != null) {
            checkOwnEnvironment(learner, environment);
        }
    }

    private void checkOwnLabels(String learner, LabelsSection labels) {
        if (labels.resets() == 0) {
            refuse(learner + ".labels.resets", "must be 1 or more, since a learner's own stream has an end: found=0");
        }
        if (labels.examplesPerSecond() != 0) {
            refuse(
                    learner + ".labels.examplesPerSecond",
                    "is for producers; a learner's own stream is made as fast as it is learned from: found="
                            + labels.examplesPerSecond());
        }
        List<?> streams = binder.valueAt(learner + ".streams", List.class);
        if (streams != null && !streams.isEmpty() && !streams.equals(List.of(labels.stream()))) {
            refuse(
                    learner + ".streams",
                    "must be left out, since the learner makes its stream itself: found=" + streams + " labels.stream="
                            + labels.stream());
        }
        checkFits(learner, labels, "its own labels are the stream ");
    }

    private void checkOwnEnvironment(String learner, OwnEnvironmentSection environment) {
        List<?> streams = binder.valueAt(learner + ".streams", List.class);
        if (streams != null && (streams.size() > 1 || streams.stream().anyMatch(name -> isGlob((String) name)))) {
            refuse(
                    learner + ".streams",
                    "must be left out, or be one name for the stream that the learner makes itself: found=" + streams);
        }
        TaskSection task = binder.valueAt(learner + ".task", TaskSection.class);
        if (task != null && !(task instanceof TaskSection.ActionValues)) {
            refuse(
                    learner + ".task.type",
                    "must be reinforcement, since the learner has an environment: found="
                            + Keys.nameOf(task.getClass()));
        } else if (task != null) {
            checkGame(learner + ".environment", environment.acting(), Map.of(learner, (TaskSection.ActionValues) task));
        }
    }

    private static boolean isGlob(String stream) {
        return stream.contains("*") || stream.contains("?");
    }

    /** Actors that could not act, or whose every record their learner would refuse, are refused before they begin. */
    private void checkEnvironment() {
        EnvironmentSection section = binder.valueAt("environment", EnvironmentSection.class);
        if (section == null) {
            return;
        }
        Map<String, LearnerSection> learners = new LinkedHashMap<>();
        for (int i = 0; binder.exists("learners[" + i + "]"); i++) {
            LearnerSection learner = binder.valueAt("learners[" + i + "]", LearnerSection.class);
            if (learner == null) {
                return;
            }
            learners.put(learner.name(), learner);
        }
        for (int i = 0; i < section.learners().size(); i++) {
            String name = section.learners().get(i);
            String path = "environment.learners[" + i + "]";
            LearnerSection learner = learners.get(name);
            if (learner == null) {
                refuse(path, "must be the name of a learner: found=" + name + " learners=" + learners.keySet());
            } else if (!(learner.task() instanceof TaskSection.ActionValues)) {
                refuse(
                        path,
                        "must be a learner whose task is reinforcement or streamQ: found=" + name + " task="
                                + Keys.nameOf(learner.task().getClass()));
            }
        }
        List<LearnerSection> actedWith = section.actedWith(List.copyOf(learners.values()));
        Map<String, String> streams = new HashMap<>();
        for (LearnerSection learner : actedWith) {
            checkActors(section, learner, streams);
        }
        Map<String, TaskSection.ActionValues> tasks = new LinkedHashMap<>();
        actedWith.forEach(learner -> tasks.put(learner.name(), (TaskSection.ActionValues) learner.task()));
        checkGame("environment", section.acting(), tasks);
    }

    private void checkActors(EnvironmentSection section, LearnerSection learner, Map<String, String> streams) {
        if (learner.streams().isEmpty()) {
            return;
        }
        String stream = learner.streams().get(0);
        if (isGlob(stream)) {
            refuse(
                    "environment.learners",
                    "needs learners whose first stream is a name, no glob, since actors publish to it: learner="
                            + learner.name() + " stream=" + stream);
        }
        String other = streams.putIfAbsent(stream, learner.name());
        if (other != null) {
            refuse(
                    "environment.learners",
                    "needs learners with streams of their own, since a stream has one producer: stream=" + stream
                            + " learners=" + other + "," + learner.name());
        }
        if (section.maxLead() <= learner.policies().progressEvery()) {
            refuse(
                    "environment.maxLead",
                    "must be more than the learner's policies.progressEvery, or its actors would wait for ever: maxLead="
                            + section.maxLead() + " progressEvery="
                            + learner.policies().progressEvery() + " learner=" + learner.name());
        }
    }

    /** @param tasks what the learners learn from the environment at {@code path}, by what errors call them */
    private void checkGame(String path, ActingSection acting, Map<String, TaskSection.ActionValues> tasks) {
        List<Integer> shape;
        int actions;
        try (Environment environment = acting.open(0)) {
            shape = environment.observationSpec().shape();
            actions = environment.actionSpec().count();
        } catch (IllegalArgumentException | EnvironmentException e) {
            refuse(path, "cannot be created: " + e.getMessage());
            return;
        }
        tasks.forEach((learner, section) -> {
            TaskSpec.ActionValues task = section.spec();
            if (product(task.observation()) != product(shape) || task.actions() != actions) {
                refuse(
                        path + ".name",
                        "must have the observations and the actions of the learner's task: environment=" + acting.name()
                                + " observation=" + shape + " actions=" + actions + " learner=" + learner + " input="
                                + task.observation() + " actions=" + task.actions());
            }
        });
    }

    private void checkName(String learner, Map<String, String> names) {
        String name = binder.valueAt(learner + ".name", String.class);
        if (name == null) {
            return;
        }
        if (!name.matches("[A-Za-z0-9._-]+")) {
            refuse(
                    learner + ".name",
                    "may have letters, digits, dots, underscores and minuses only, since it names files: found="
                            + name);
        }
        String other = names.putIfAbsent(name, learner);
        if (other != null) {
            refuse(learner + ".name", "must be unique: found=" + name + ", which is also the name of " + other);
        }
        if (binder.valueAt(learner + ".method", MethodSection.class) instanceof MethodSection.Nap nap
                && nap.twin() != Twin.ALONE) {
            String free = LearnerSpec.freeName(name);
            other = names.putIfAbsent(free, learner + ".method.twin");
            if (other != null) {
                refuse(
                        learner + ".method.twin",
                        "reports its free run under a name that must be unique: found=" + free
                                + ", which is also the name of " + other);
            }
        }
    }

    private void checkStreams(String learner) {
        List<?> streams = binder.valueAt(learner + ".streams", List.class);
        if (streams == null) {
            return;
        }
        if (streams.isEmpty() && !hasOwnSource(learner)) {
            refuse(learner + ".streams", "must name at least one stream: found=[]");
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < streams.size(); i++) {
            String path = learner + ".streams[" + i + "]";
            String stream = (String) streams.get(i);
            if (!stream.matches("[A-Za-z0-9._*?-]+")) {
                refuse(
                        path,
                        "must be a stream's name (letters, digits, dots, underscores, minuses) or a glob with * for any text and"
                                + " ? for any character: found=" + stream);
            }
            if (!seen.add(stream)) {
                refuse(path, "is written twice: found=" + stream);
            }
        }
    }

    private void checkShape(String learner) {
        TaskSection task = binder.valueAt(learner + ".task", TaskSection.class);
        if (task == null) {
            return;
        }
        List<Integer> input = task.spec().input();
        if (product(input) > MAX_INPUT_SIZE) {
            refuse(learner + ".task.input", "has too many values: found=" + input + " allowed=" + MAX_INPUT_SIZE);
            return;
        }
        NetworkSection network = binder.valueAt(learner + ".network", NetworkSection.class);
        if (network instanceof NetworkSection.Convolutional convolutional) {
            checkConvolutions(learner, convolutional.spec().convolutions(), input);
        }
        if (task.spec().networkOutputs() instanceof Outputs.Dueling
                && network != null
                && network.spec().hidden().isEmpty()) {
            refuse(
                    learner + ".task.head.dueling",
                    "needs a hidden layer, whose width both streams have: network.hidden=[]");
        }
    }

    private void checkConvolutions(String learner, List<ConvolutionSpec> convolutions, List<Integer> input) {
        if (input.size() != 3) {
            refuse(
                    learner + ".task.input",
                    "must be [channels, rows, columns] for a network of type cnn: found=" + input);
            return;
        }
        int rows = input.get(1);
        int columns = input.get(2);
        for (int i = 0; i < convolutions.size(); i++) {
            ConvolutionSpec convolution = convolutions.get(i);
            int kernel = convolution.kernel();
            int padding = convolution.padding();
            if (kernel > rows + 2 * padding || kernel > columns + 2 * padding) {
                refuse(
                        learner + ".network.convolutions[" + i + "].kernel",
                        "must fit into the layer's padded input: kernel=" + kernel + " rows=" + rows + " columns="
                                + columns + " padding=" + padding);
                return;
            }
            rows = (rows + 2 * padding - kernel) / convolution.stride() + 1;
            columns = (columns + 2 * padding - kernel) / convolution.stride() + 1;
        }
    }

    private void checkMethod(String learner) {
        NetworkSection section = binder.valueAt(learner + ".network", NetworkSection.class);
        MethodSection method = binder.valueAt(learner + ".method", MethodSection.class);
        if (!(method instanceof MethodSection.Nap nap)) {
            return;
        }
        OptimiserSection optimiser = binder.valueAt(learner + ".optimiser", OptimiserSection.class);
        if (nap.rescaleMoments() && optimiser instanceof OptimiserSection.Sgd) {
            refuse(learner + ".method.rescaleMoments", "needs an optimiser that keeps moments: optimiser=sgd");
        }
        if (section == null) {
            return;
        }
        NetworkSpec network = section.spec();
        if (network.normalisation() == Normalisation.NONE) {
            refuse(
                    learner + ".method",
                    "of type nap needs a normalisation, since only a normalised layer is the same function at every norm of its"
                            + " weights: normalisation=none; write network.normalisation: layernorm or rmsnorm");
        }
        if (network.hidden().isEmpty() && network.convolutions().isEmpty()) {
            refuse(learner + ".method", "of type nap needs a hidden layer to project: hidden=[]");
        }
        if (nap.affine().mode() == AffineMode.JOINT && network.activation() == Activation.TANH) {
            refuse(
                    learner + ".method.affine.mode",
                    "joint needs a nonlinearity with f(cx) = c f(x): activation=tanh; use relu, leakyRelu or crelu, or another"
                            + " mode");
        }
    }

    /** A learner that cannot take what the label stream gives would send every example to the dead letters. */
    private void checkLabels(String learner) {
        LabelsSection labels = binder.valueAt("labels", LabelsSection.class);
        List<?> streams = binder.valueAt(learner + ".streams", List.class);
        if (labels != null
                && streams != null
                && streams.stream().anyMatch(glob -> Glob.matches((String) glob, labels.stream()))) {
            checkFits(learner, labels, "the learner follows the label stream ");
        }
    }

    /** @param because why the learner gets those labels, before the stream's name */
    private void checkFits(String learner, LabelsSection labels, String because) {
        TaskSection section = binder.valueAt(learner + ".task", TaskSection.class);
        if (section == null) {
            return;
        }
        TaskSpec task = section.spec();
        String follows = because + labels.stream();
        boolean targets = labels.change() instanceof ChangeSection.TargetMeans
                || labels.change() instanceof ChangeSection.SlowBits;
        if (targets ? !(task instanceof TaskSpec.Regression) : !(task instanceof TaskSpec.Classification)) {
            refuse(
                    learner + ".task.type",
                    "must be " + (targets ? "regression" : "classification") + ", since " + follows + ": found="
                            + Keys.nameOf(section.getClass()));
            return;
        }
        double size = valuesOf(labels.images().spec());
        if (size > 0 && product(task.input()) != size) {
            refuse(
                    learner + ".task.input",
                    "must have as many values as an image, since " + follows + ": input=" + task.input() + " values="
                            + (long) product(task.input()) + " image=" + (long) size);
        }
        if (targets && task.outputs() != 1) {
            refuse(
                    learner + ".task.outputs",
                    "must be 1, the target value, since " + follows + ": outputs=" + task.outputs());
        }
        int classes = targets ? 0 : classesOf(labels);
        if (task.outputs() < classes) {
            refuse(
                    learner + ".task.classes",
                    "must be at least the classes of the images, since " + follows + ": classes=" + task.outputs()
                            + " images=" + classes);
        }
    }

    /** Values of an input; 0 for the files of IDX, which say it themselves. */
    private static double valuesOf(Images images) {
        if (images instanceof Images.Synthetic synthetic) {
            return product(List.of(synthetic.channels(), synthetic.rows(), synthetic.columns()));
        }
        if (images instanceof Images.Bits bits) {
            return bits.slow() + bits.fast();
        }
        return images instanceof Images.Idx ? 0 : 3 * 32 * 32;
    }

    /** Classes of the labels; 0 for the files of IDX, which say it themselves. */
    private static int classesOf(LabelsSection labels) {
        if (labels.change() instanceof ChangeSection.ClassSubsets subsets && subsets.renumbered()) {
            return subsets.spec().largestSize();
        }
        Images images = labels.images().spec();
        if (images instanceof Images.Synthetic synthetic) {
            return synthetic.classes();
        }
        if (images instanceof Images.Cifar100 cifar) {
            return cifar.coarse() ? 20 : 100;
        }
        return images instanceof Images.Cifar10 ? 10 : 0;
    }

    /** As a double, since three numbers of a configuration can overflow a long. */
    private static double product(List<Integer> shape) {
        return shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (left, right) -> left * right);
    }

    /** Whatever else the learning code refuses, said with the learner's path. */
    private void checkSpec(String learner) {
        LearnerSection section = binder.valueAt(learner, LearnerSection.class);
        if (section == null) {
            return;
        }
        try {
            section.spec("");
        } catch (IllegalArgumentException e) {
            problems.add(binder.placeOf(learner), learner + ": " + e.getMessage());
        }
    }

    private void refuse(String path, String sentence) {
        problems.add(binder.placeOf(path), path + " " + sentence);
    }
}
