package perennial.streaming;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import perennial.learning.event.Features;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelledExample;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.Transition;

@AnalyzeClasses(packages = "perennial", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule learningAndSchemasShouldNotKnowStreaming = noClasses()
            .that()
            .resideInAnyPackage("perennial.learning..", "perennial.schemas..", "perennial.v1..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("perennial.streaming..", "org.apache.flink..");

    @ArchTest
    static final ArchRule learningShouldNotKnowTheRecordsOfTheTopics = noClasses()
            .that()
            .resideInAPackage("perennial.learning..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("perennial.schemas..", "perennial.v1..", "org.apache.avro..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule streamingShouldKnowNoConnector = noClasses()
            .that()
            .resideInAPackage("perennial.streaming..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector..", "perennial.jobs..");

    @ArchTest
    static final ArchRule onlyEventMappingShouldReadTheBodiesOfEvents = noClasses()
            .that()
            .resideInAPackage("perennial.streaming..")
            .and()
            .doNotHaveSimpleName("EventMapping")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(LabelledExample.class, LabelReset.class, Transition.class, EpisodeEnd.class);

    @ArchTest
    static final ArchRule onlyEventMappingShouldKnowBothEvents = classes()
            .that()
            .resideInAPackage("perennial.streaming..")
            .and()
            .doNotHaveSimpleName("EventMapping")
            .and()
            // Hands what it decoded to the mapping, unread.
            .doNotHaveSimpleName("DecodeAndAssign")
            .should()
            .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.not(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.type(Event.class)));

    /** Metrics are those of the reports, and look at them. */
    @ArchTest
    static final ArchRule onlyReportMappingShouldMakeReports = noClasses()
            .that()
            .resideInAPackage("perennial.streaming..")
            .and()
            .resideOutsideOfPackage("perennial.streaming.watch..")
            .and()
            .doNotHaveSimpleName("ReportMapping")
            .and()
            .haveSimpleNameNotEndingWith("Metrics")
            .should()
            .accessClassesThat()
            .belongToAnyOf(PlasticityReport.class, LayerReport.class, perennial.v1.TaskSummary.class);

    /** What reports say is held against rules by somebody who knows of nothing else. */
    @ArchTest
    static final ArchRule theWatchShouldKnowNothingOfLearners = noClasses()
            .that()
            .resideInAPackage("perennial.streaming.watch..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("perennial.learning..", "perennial.streaming.learn..", "perennial.streaming.feed..");

    @ArchTest
    static final ArchRule assignmentShouldKnowNothingOfReports = noClasses()
            .that()
            .resideInAPackage("perennial.streaming.assign..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Report.class, TaskSummary.class);

    @ArchTest
    static final ArchRule learnersShouldReadNoFeatures = noClasses()
            .that()
            .resideInAPackage("perennial.streaming.learn..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Features.class);

    @ArchTest
    static final ArchRule packagesShouldHaveNoCycles =
            slices().matching("perennial.streaming.(*)..").should().beFreeOfCycles();
}
