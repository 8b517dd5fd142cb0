package io.spdytunnel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the component, as drawn in ARCHITECTURE.md. The library has an ArchitectureTest of its own. */
@AnalyzeClasses(packages = "io.spdytunnel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule noTwoPackagesImportEachOther =
            slices().matching("io.(spdytunnel..)").should().beFreeOfCycles();

    /** The root package is the top floor: what Camel meets. The rooms below it do not know it. */
    @ArchTest
    static final ArchRule noRoomKnowsTheRoot = noClasses()
            .that()
            .resideOutsideOfPackage("io.spdytunnel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.spdytunnel");

    /** The root and the door stand in front of netty-http; call asks whether a plain one, which cannot stream, waits. */
    @ArchTest
    static final ArchRule onlyTheseKnowNettyHttp = noClasses()
            .that()
            .resideOutsideOfPackages("io.spdytunnel", "io.spdytunnel.door", "io.spdytunnel.call")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel.component.netty..");
}
