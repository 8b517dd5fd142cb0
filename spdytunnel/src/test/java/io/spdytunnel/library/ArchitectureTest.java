package io.spdytunnel.library;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.slf4j.Logger;

/** The floors of the library, as drawn in ARCHITECTURE.md: nothing imports upwards, and no two packages each other. */
@AnalyzeClasses(packages = "io.spdytunnel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingImportsUpwards = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("front")
            .definedBy("io.spdytunnel.front")
            .layer("auth")
            .definedBy("io.spdytunnel.auth")
            .layer("reception")
            .definedBy("io.spdytunnel.reception")
            .layer("tunnel")
            .definedBy("io.spdytunnel.tunnel")
            .layer("directory")
            .definedBy("io.spdytunnel.directory")
            .layer("h2")
            .definedBy("io.spdytunnel.h2")
            .layer("service")
            .definedBy("io.spdytunnel.service")
            .layer("websocket")
            .definedBy("io.spdytunnel.websocket")
            .layer("http")
            .definedBy("io.spdytunnel.http")
            .layer("fields")
            .definedBy("io.spdytunnel.fields")
            .layer("spdy")
            .definedBy("io.spdytunnel.spdy")
            .layer("session")
            .definedBy("io.spdytunnel.session")
            .layer("wire")
            .definedBy("io.spdytunnel.wire")
            .layer("net")
            .definedBy("io.spdytunnel.net")
            .layer("spi")
            .definedBy("io.spdytunnel.spi")
            .whereLayer("front")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("auth")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("reception")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("tunnel")
            .mayOnlyBeAccessedByLayers("reception", "auth")
            .whereLayer("directory")
            .mayOnlyBeAccessedByLayers("reception", "tunnel", "auth")
            .whereLayer("h2")
            .mayOnlyBeAccessedByLayers("front")
            .whereLayer("service")
            .mayOnlyBeAccessedByLayers("h2")
            .whereLayer("websocket")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("front", "h2", "service", "websocket")
            .whereLayer("fields")
            .mayOnlyBeAccessedByLayers("front", "h2", "service", "websocket", "http")
            .whereLayer("spdy")
            .mayOnlyBeAccessedByLayers("front", "tunnel", "reception")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers(
                    "front", "auth", "reception", "tunnel", "directory", "h2", "service", "websocket", "http", "spdy");

    @ArchTest
    static final ArchRule noTwoPackagesImportEachOther =
            slices().matching("io.spdytunnel.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noPackageKnowsCamel =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    /** Strangers hold sessions, too: how loud a session's end is, says the floor that knows who the peer was. */
    @ArchTest
    static final ArchRule noSessionWarnsOfItsPeer = noClasses()
            .that()
            .resideInAnyPackage("io.spdytunnel.session", "io.spdytunnel.spdy")
            .and()
            .doNotHaveSimpleName("SpdyStream") // of listeners that failed, which are our own
            .should()
            .callMethodWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(type(Logger.class)))
                    .and(JavaCall.Predicates.target(nameMatching("warn|info"))));

    @ArchTest
    static final ArchRule onlyOneBridgeNamesNettysSpdyCodec = classes()
            .that()
            .haveSimpleNameNotStartingWith("NettySpdy")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("io.netty.handler.codec.spdy..");

    @ArchTest
    static final ArchRule onlyAuthKnowsJose = noClasses()
            .that()
            .resideOutsideOfPackage("io.spdytunnel.auth")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jose4j..");

    @ArchTest
    static final ArchRule theSpiIsALeaf = noClasses()
            .that()
            .resideInAPackage("io.spdytunnel.spi")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "org.apache.camel..");
}
