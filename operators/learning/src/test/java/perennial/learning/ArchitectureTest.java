package perennial.learning;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

@AnalyzeClasses(packages = "perennial.learning", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "perennial.learning";

    /** The two words that engines and networks share. */
    private static final DescribedPredicate<JavaClass> SHARED_WORDS = DescribedPredicate.describe(
            "Activation and Normalisation",
            type -> type.isEquivalentTo(Activation.class)
                    || type.isEquivalentTo(Normalisation.class)
                    || type.getName().startsWith(Activation.class.getName() + "$")
                    || type.getName().startsWith(Normalisation.class.getName() + "$"));

    @ArchTest
    static final ArchRule SHOULD_KNOW_NOTHING_OF_THE_EDGES = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.flink..",
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "perennial.v1..",
                    "perennial.streaming..",
                    "perennial.environment..",
                    "perennial.jobs..");

    @ArchTest
    static final ArchRule SHOULD_KEEP_ENGINES_FREE_OF_LEARNING = classes()
            .that()
            .resideInAPackage(BASE + ".engine")
            .should()
            .onlyDependOnClassesThat(resideInAPackage(BASE + ".engine")
                    .or(SHARED_WORDS)
                    .or(DescribedPredicate.not(resideInAPackage(BASE + ".."))));

    @ArchTest
    static final ArchRule SHOULD_TOUCH_NATIVE_LIBRARIES_IN_ENGINES_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage(BASE + ".engine")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.nd4j..", "org.bytedeco..", "com.sun.jna..");

    @ArchTest
    static final ArchRule SHOULD_KEEP_EVENTS_AND_STATE_PLAIN = classes()
            .that()
            .resideInAnyPackage(BASE + ".event", BASE + ".state")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", BASE + ".event", BASE + ".state");

    @ArchTest
    static final ArchRule SHOULD_BUILD_NETWORKS_ON_ENGINES = noClasses()
            .that()
            .resideInAPackage(BASE + ".network")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    BASE + ".learner", BASE + ".method", BASE + ".optimise", BASE + ".plasticity", BASE + ".weights");

    @ArchTest
    static final ArchRule SHOULD_LET_ONLY_WEIGHTS_LOOK_BACK_AT_LEARNERS = noClasses()
            .that()
            .resideInAnyPackage(
                    BASE + ".engine",
                    BASE + ".network",
                    BASE + ".optimise",
                    BASE + ".method",
                    BASE + ".intervention",
                    BASE + ".plasticity",
                    BASE + ".random",
                    BASE + ".replay",
                    BASE + ".value",
                    BASE + ".state",
                    BASE + ".event")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BASE + ".learner", BASE + ".weights");

    @ArchTest
    static final ArchRule SHOULD_READ_NO_CLOCK_AND_DRAW_FROM_NO_UNSEEDED_GENERATOR = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random");
}
